import type { JobsOptions, WorkerOptions } from 'bullmq';

/** Everything that is decided about one queue. */
export interface QueueFacts {
  /** For the producer: tries, backoff, retention. */
  jobs: JobsOptions;
  /** For the worker: lock, stall check, concurrency. */
  worker: Omit<WorkerOptions, 'connection'>;
}

const SECOND = 1000;

/**
 * Lock 3 s, renewed every second; looked for every second: a killed worker's job goes on within 4 s, with a second to
 * spare for a busy machine, and a worker that blocks its event loop for a second keeps its lock.
 */
const QUICK_RECOVERY = {
  lockDuration: 3 * SECOND,
  lockRenewTime: 1 * SECOND,
  stalledInterval: 1 * SECOND,
  /**
   * BullMQ fails a job for good past this many crashes of its worker, and the default of 1 has cost replies.
   * The fenced claim bounds a poison reply by its attempts instead (messages/replies/reply-policy.ts).
   */
  maxStalledCount: 1000,
  /** Longest wait for a job, in seconds, before asking again; a notification wakes it earlier. */
  drainDelay: 5,
};

/** Finished jobs hold ids only; kept for an hour to look at, and never more than a thousand (they have filled Redis before). */
const RETENTION = {
  removeOnComplete: { age: 3600, count: 1000 },
  removeOnFail: { age: 24 * 3600, count: 1000 },
} satisfies JobsOptions;

/** The one table of queue facts: every number of every queue with its reason. */
export const QUEUES = {
  /** One job a reply generation; the job holds its id alone. */
  replies: {
    // The reply's row decides about tries and backoff; a job that throws was a fault of ours, and the sweeper re-adds it.
    jobs: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    // WORKER_CONCURRENCY replaces the concurrency at start.
    worker: { ...QUICK_RECOVERY, concurrency: 32 },
  },
  /** One job a code to be sent; the job holds the challenge's id alone. */
  sms: {
    // Three tries within the life of a code: 1 s and 2 s apart, with jitter against a herd.
    jobs: { ...RETENTION, attempts: 3, backoff: { type: 'exponential', delay: 1 * SECOND, jitter: 0.5 } },
    worker: { ...QUICK_RECOVERY, concurrency: 8 },
  },
  /** One job an event of Stripe's; the job holds its id alone. */
  webhooks: {
    // 1, 2, 4 … s apart, eight minutes in all: an outage of Stripe or of ours. Then it is shown as failed, to be replayed.
    // None is kept: the row tells what became of it, and a finished job would swallow its own id.
    jobs: {
      attempts: 10,
      backoff: { type: 'exponential', delay: 1 * SECOND, jitter: 0.5 },
      removeOnComplete: true,
      removeOnFail: true,
    },
    worker: { ...QUICK_RECOVERY, concurrency: 8 },
  },
  /** The nightly comparison with Stripe, and accounts that are closed there; a job holds an id at most. */
  billing: {
    // 2, 4, 8 … s apart, half an hour in all; then the sweeper adds what is to be closed again, until Stripe has said so.
    jobs: {
      attempts: 10,
      backoff: { type: 'exponential', delay: 2 * SECOND, jitter: 0.5 },
      removeOnComplete: true,
      removeOnFail: true,
    },
    // A comparison takes minutes; its lock is renewed meanwhile.
    worker: {
      lockDuration: 60 * SECOND,
      stalledInterval: 30 * SECOND,
      maxStalledCount: 1000,
      concurrency: 4,
    },
  },
  /** Scheduled chores: purge what has expired. */
  maintenance: {
    jobs: { ...RETENTION, attempts: 3, backoff: { type: 'exponential', delay: 10 * SECOND } },
    worker: { lockDuration: 60 * SECOND, stalledInterval: 30 * SECOND, maxStalledCount: 10, concurrency: 1 },
  },
} as const satisfies Record<string, QueueFacts>;

export type QueueName = keyof typeof QUEUES;

/** Worker options for `@Processor(name, workerFacts(name))`. */
export const workerFacts = (name: QueueName): Omit<WorkerOptions, 'connection'> => ({
  ...QUEUES[name].worker,
});
