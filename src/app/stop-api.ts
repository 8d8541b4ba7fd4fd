import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Drain } from '../platform/health/drain.js';

/** In production load balancers get this long to see that the process is not ready, while it still serves. */
const NOTICE_MS = 3000;
/** Running requests get this long; it leaves the rest of the drain to workers and pools. */
const HTTP_DRAIN_MS = 12_000;
/** A connection that was kept alive is closed this soon after its last answer. */
const REAP_MS = 50;

/** Takes the API down in order: not ready, no new connections, running requests, workers, queues, pools. */
export async function stopApi(app: NestFastifyApplication, production: boolean): Promise<void> {
  app.get(Drain).begin();
  if (production) await delay(NOTICE_MS);
  const server = app.getHttpServer();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const reaper = setInterval(() => server.closeIdleConnections(), REAP_MS);
  const limit = setTimeout(() => server.closeAllConnections(), HTTP_DRAIN_MS);
  await closed;
  clearInterval(reaper);
  clearTimeout(limit);
  await app.close();
}
