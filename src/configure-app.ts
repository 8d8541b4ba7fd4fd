import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setupDocs } from './platform/http/docs.js';
import type { HttpEdge } from './platform/http/fastify.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { DtoValidationPipe } from './platform/http/validation.pipe.js';

/** Pipes, filters, docs: what every application on the edge has. */
export function configureApp(app: NestFastifyApplication, edge: HttpEdge): void {
  app.useGlobalPipes(new DtoValidationPipe());
  app.useGlobalFilters(new ProblemFilter(edge.appUrl, edge.routes));
  setupDocs(app);
}
