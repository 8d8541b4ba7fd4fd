import type { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { withTimeout } from '../concurrency/with-timeout.js';

/** Bound of an add on a connection that is open but does not respond (promise 9); a closed one fails at once. */
const ADD_TIMEOUT_MS = 500;

/**
 * Adds jobs that hold only their ids; the queue ignores an id that it already has. Never throws: a row is the outbox, and
 * its sweeper adds a job that could not be added here.
 */
export async function addJobs(queue: Queue, logger: Logger, name: string, ids: string[]): Promise<void> {
  const [first] = ids;
  if (first === undefined) return;
  // A single job is one command; addBulk would put a transaction around it.
  const add = () =>
    ids.length === 1
      ? queue.add(name, {}, { jobId: first })
      : queue.addBulk(ids.map((jobId) => ({ name, data: {}, opts: { jobId } })));
  try {
    await withTimeout<unknown>(add(), ADD_TIMEOUT_MS);
  } catch (error) {
    logger.warn(`queue ${queue.name} unavailable, the sweeper adds the jobs: ${(error as Error).message}`);
  }
}
