import { NestFactory } from '@nestjs/core';
import { WorkerModule, type Runtime } from './app.module.js';
import { ProbeServer } from '../platform/health/probe-server.js';
import { openLog } from '../platform/logging/logger.js';
import { NestLogger } from '../platform/logging/nest-logger.js';
import { abandonQueueConnections } from '../platform/queue/queue-backend.js';
import { closeFailedStart } from './start-failure.js';

export interface RunningWorker {
  /** The address of its probes; null while WORKER_PROBE_PORT is not set. */
  probeUrl: string | null;
  stop: () => Promise<void>;
}

/**
 * Builds the worker process: the queues' processors, and nothing that listens but the probes.
 * @throws the error that prevents the start, after everything opened is closed again
 */
export async function startWorker(runtime: Runtime): Promise<RunningWorker> {
  const log = openLog(runtime.config.logLevel, 'worker');
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(runtime), {
    logger: new NestLogger(log.pino),
    abortOnError: false,
  }).catch((error: unknown) => closeFailedStart(abandonQueueConnections(), error));
  const probes = app.get(ProbeServer, { strict: false });
  try {
    const probeUrl = await probes.listen();
    return {
      probeUrl,
      stop: () => {
        probes.beginDrain();
        return app.close();
      },
    };
  } catch (error) {
    return closeFailedStart(app.close(), error);
  }
}
