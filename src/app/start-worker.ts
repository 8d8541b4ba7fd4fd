import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WorkerModule, type Runtime } from './app.module.js';
import { openLog } from '../platform/logging/logger.js';
import { NestLogger } from '../platform/logging/nest-logger.js';

/** Builds the worker process: the queues' processors, and nothing that listens. */
export function startWorker(runtime: Runtime): Promise<INestApplicationContext> {
  const log = openLog(runtime.config.logLevel, 'worker');
  return NestFactory.createApplicationContext(WorkerModule.forRoot(runtime), {
    logger: new NestLogger(log.pino),
    abortOnError: false,
  });
}
