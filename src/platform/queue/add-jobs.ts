import type { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { withTimeout } from '../concurrency/with-timeout.js';

/** Commands of the queue's connection fail at once while it is away; this bounds what is left (promise 9). */
const ADD_TIMEOUT_MS = 500;

/**
 * Adds jobs that hold nothing but their ids; ids that are there already are ignored by the queue. Never throws: a row of
 * ours is the outbox, and what cannot be added now is added by its sweeper.
 */
export async function addJobs(queue: Queue, logger: Logger, name: string, ids: string[]): Promise<void> {
  const [first] = ids;
  if (first === undefined) return;
  // One job alone is one command; in bulk it would be a transaction around one.
  const add = () =>
    ids.length === 1
      ? queue.add(name, {}, { jobId: first })
      : queue.addBulk(ids.map((jobId) => ({ name, data: {}, opts: { jobId } })));
  try {
    await withTimeout<unknown>(add(), ADD_TIMEOUT_MS);
  } catch (error) {
    logger.warn(`jobs could not be added, the sweeper will: ${(error as Error).message}`);
  }
}
