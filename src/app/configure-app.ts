import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RevocationsService } from '../auth/sessions/revocations.service.js';
import type { Config } from '../platform/config/config.js';
import { setupDocs } from '../platform/docs/docs.js';
import type { HttpEdge } from '../platform/http/edge/fastify.js';
import { limitHint } from '../platform/limits/limit-hint.js';
import { ProblemFilter } from '../platform/problem/problem.filter.js';
import { DtoValidationPipe } from '../platform/fields/validation.pipe.js';
import { RequestSpans } from '../platform/tracing/request-spans.js';
import { isTracing } from '../platform/tracing/tracing.js';
import { PageSessions } from '../admin/pages/page-sessions.service.js';
import type { PageBuild } from '../platform/pages/page-build.js';
import { servePanel, type Panel } from '../platform/pages/panel.js';
import { setupPages } from '../platform/pages/pages.js';

/** Pipes, filters and pages of every application on the HTTP edge. */
export function configureApp(
  app: NestFastifyApplication,
  config: Config,
  edge: HttpEdge,
  { console, panel }: { console: PageBuild | null; panel: Panel | null },
): void {
  app.useGlobalPipes(new DtoValidationPipe());
  if (isTracing()) app.useGlobalInterceptors(new RequestSpans());
  const revocations = app.get(RevocationsService, { strict: false });
  app.useGlobalFilters(
    new ProblemFilter(edge.appUrl, edge.routes, limitHint(config), ({ sessionId }) =>
      revocations.hasEnded(sessionId),
    ),
  );
  if (config.docs) setupDocs(app);
  setupPages(app, config, console);
  const pageSessions = app.get(PageSessions, { strict: false });
  if (panel) servePanel(app.getHttpAdapter().getInstance(), panel, (cookies) => pageSessions.admits(cookies));
}
