import type { Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Drain } from '../platform/health/drain.js';

/** Time for load balancers to see that the process is not ready, while it still serves; in production only. */
const NOTICE_MS = 3000;
/** Time for running requests; the rest of the drain is left to workers and pools. */
const HTTP_DRAIN_MS = 12_000;
/** A kept-alive connection is closed this soon after its last response. */
const REAP_MS = 50;

/** Takes the API down in order: not ready, no new connections, running requests, workers, queues, pools. */
export async function stopApi(app: NestFastifyApplication, production: boolean): Promise<void> {
  app.get(Drain).begin();
  const server: Server = app.getHttpServer();
  // Each connection ends with its next response. A proxy then opens no request on a connection that is about to be closed,
  // which would break a POST that no proxy may repeat.
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.setHeader('connection', 'close');
  });
  if (production) await delay(NOTICE_MS);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const reaper = setInterval(() => server.closeIdleConnections(), REAP_MS);
  const limit = setTimeout(() => server.closeAllConnections(), HTTP_DRAIN_MS);
  await closed;
  clearInterval(reaper);
  clearTimeout(limit);
  await app.close();
}
