import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule, type Runtime } from './app.module.js';
import type { Config } from '../platform/config/config.js';
import { readPanel } from '../platform/pages/panel.js';
import { configureApp } from './configure-app.js';
import { listeningUrl } from '../platform/http/app-url.js';
import { createHttpEdge } from '../platform/http/edge/fastify.js';
import { openLog } from '../platform/logging/logger.js';
import { NestLogger } from '../platform/logging/nest-logger.js';
import { abandonQueueConnections } from '../platform/queue/queue-backend.js';
import { closeFailedStart } from './start-failure.js';
import { stopApi } from './stop-api.js';

export interface RunningApi {
  /** The address it listens on, without a trailing slash. */
  url: string;
  /** Whether browsers get the console at `/`. */
  hasConsole: boolean;
  stop: () => Promise<void>;
}

/**
 * Builds the API process and listens.
 * @throws the error that prevents listening, after everything opened is closed again
 */
export async function startApi(runtime: Runtime): Promise<RunningApi> {
  const { config } = runtime;
  const log = openLog(config.logLevel, 'api');
  let url = '';
  const edge = createHttpEdge({ config, log, appUrl: () => config.http.appUrl ?? url });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(runtime), edge.adapter, {
    logger: new NestLogger(log.pino),
    abortOnError: false,
    bodyParser: false,
  }).catch((error: unknown) => closeFailedStart(abandonQueueConnections(), error));
  const console = await loadConsole(config);
  configureApp(app, config, edge, { console, panel: await readPanel() });
  try {
    await app.listen(config.http.port, config.http.host);
  } catch (error) {
    return closeFailedStart(app.close(), error);
  }
  url = listeningUrl(app.getHttpServer().address());
  await runtime.sandbox?.sandbox.serveAt(url, config.http.appUrl ?? url);
  return { url, hasConsole: console !== null, stop: () => stopApi(app, config.production) };
}

/** The console; null where it is off: then no code of it is loaded, and none of its files is read. */
async function loadConsole(config: Config) {
  if (!config.console) return null;
  const { readConsole } = await import('../platform/pages/console.js');
  return readConsole();
}
