import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule, type Runtime } from './app.module.js';
import { configureApp } from './configure-app.js';
import { createFastifyAdapter } from './platform/http/fastify.js';
import { createLogger, NestLogger } from './platform/logging/logger.js';

export interface RunningApi {
  app: NestFastifyApplication;
  /** Where it listens, without a trailing slash. */
  url: string;
}

/** Builds the API process and listens. main.ts and the tests come through here. */
export async function startApi(runtime: Runtime): Promise<RunningApi> {
  const { config } = runtime;
  const logger = createLogger(config.logLevel, 'api');
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.forRoot(runtime),
    createFastifyAdapter(config, logger),
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  let url = '';
  configureApp(app, config, () => config.http.appUrl ?? url);
  await app.listen(config.http.port, config.http.host);
  url = (await app.getUrl()).replace('[::1]', 'localhost').replace(/\/$/, '');
  return { app, url };
}
