import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from './platform/config/config.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { DtoValidationPipe } from './platform/http/validation.pipe.js';
import { setupDocs } from './platform/http/docs.js';

/** Pipes, filters, docs: used by main.ts and by the tests alike. */
export function configureApp(app: NestFastifyApplication, config: Config, appUrl: () => string): void {
  app.useGlobalPipes(new DtoValidationPipe());
  app.useGlobalFilters(new ProblemFilter(appUrl));
  setupDocs(app);
  void config;
}
