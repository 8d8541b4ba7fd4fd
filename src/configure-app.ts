import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from './platform/config/config.js';
import { setupDocs } from './platform/docs/docs.js';
import type { HttpEdge } from './platform/http/fastify.js';
import { limitHint } from './platform/http/limit-hint.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { DtoValidationPipe } from './platform/http/validation.pipe.js';
import { setupPages } from './platform/pages/pages.js';

/** Pipes, filters, pages: what every application on the edge has. */
export function configureApp(app: NestFastifyApplication, config: Config, edge: HttpEdge): void {
  app.useGlobalPipes(new DtoValidationPipe());
  app.useGlobalFilters(new ProblemFilter(edge.appUrl, edge.routes, limitHint(config)));
  if (config.docs) setupDocs(app);
  setupPages(app, config);
}
