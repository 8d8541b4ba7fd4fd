import type { JobType, Queue } from 'bullmq';

export const COUNTED_STATES = ['waiting', 'active', 'delayed', 'failed'] as const;
export type QueueCounts = Record<(typeof COUNTED_STATES)[number], number>;

/**
 * The jobs of a queue by state. BullMQ's PostgreSQL backend reports the waiting jobs of a paused queue as `paused`, a state
 * that its type does not name; its Redis backend goes on reporting them as waiting.
 */
export async function readCounts(queue: Pick<Queue, 'getJobCounts'>): Promise<QueueCounts> {
  const counts = await queue.getJobCounts(...COUNTED_STATES, 'paused' as JobType);
  const count = (state: string) => counts[state] ?? 0;
  return {
    waiting: count('waiting') + count('paused'),
    active: count('active'),
    delayed: count('delayed'),
    failed: count('failed'),
  };
}
