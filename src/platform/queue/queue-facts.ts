import type { JobsOptions, WorkerOptions } from 'bullmq';

/** The settings of one queue. */
export interface QueueFacts {
  /** For the producer: tries, backoff, retention. */
  jobs: JobsOptions;
  /** For the worker: lock, stall check, concurrency. */
  worker: Omit<WorkerOptions, 'connection'>;
}

const SECOND = 1000;

/**
 * A job's lock lasts 3 s and is renewed every second; stalled jobs are searched every second. The job of a killed worker
 * therefore starts again within 4 s, and a worker that blocks its event loop for a second keeps its lock.
 */
const QUICK_RECOVERY = {
  lockDuration: 3 * SECOND,
  lockRenewTime: 1 * SECOND,
  stalledInterval: 1 * SECOND,
  /**
   * Crashes of its worker after which BullMQ fails a job finally; with the default of 1 replies were lost. A poison reply is
   * bounded by its number of claims instead (messages/replies/reply-policy.ts).
   */
  maxStalledCount: 1000,
  /** Longest blocking wait for a job, in seconds; a notification ends it earlier. */
  drainDelay: 5,
};

/**
 * Finished jobs hold ids only. They are kept for an hour (failed ones for a day) for inspection, and at most a thousand,
 * because an unbounded list filled Redis.
 */
const RETENTION = {
  removeOnComplete: { age: 3600, count: 1000 },
  removeOnFail: { age: 24 * 3600, count: 1000 },
} satisfies JobsOptions;

/** The settings of all queues, each number with its reason. */
export const QUEUES = {
  /** One job per reply and generation; it holds its id only. */
  replies: {
    // One try: the reply's row decides about retries and backoff. A job throws only because of a bug or an outage; the
    // sweeper adds it again.
    jobs: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    // WORKER_CONCURRENCY replaces this concurrency at start.
    worker: { ...QUICK_RECOVERY, concurrency: 32 },
  },
  /** One job per code to send; it holds the challenge's id only. */
  sms: {
    // Three tries within the life of a code, 1 s and 2 s apart. Jitter spreads the tries of many codes after an outage.
    jobs: { ...RETENTION, attempts: 3, backoff: { type: 'exponential', delay: 1 * SECOND, jitter: 0.5 } },
    worker: { ...QUICK_RECOVERY, concurrency: 8 },
  },
  /** One job per Stripe event; it holds the event's id only. */
  webhooks: {
    // Ten tries 1, 2, 4 … s apart, eight minutes in all, outlast a short outage. Then the event is listed as failed, and an
    // operator can replay it. Finished jobs are removed, because BullMQ ignores a new job with the id of a retained one; the
    // event's row holds the result.
    jobs: {
      attempts: 10,
      backoff: { type: 'exponential', delay: 1 * SECOND, jitter: 0.5 },
      removeOnComplete: true,
      removeOnFail: true,
    },
    worker: { ...QUICK_RECOVERY, concurrency: 8 },
  },
  /** One job per outgoing event; it holds the event's id only. */
  deliveries: {
    // One try: the event's row decides about retries and backoff. Finished jobs are removed, because BullMQ ignores a new job
    // with the id of a retained one.
    jobs: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    // Eight requests of at most 15 s: a slow receiver holds these and no worker of another queue.
    worker: { ...QUICK_RECOVERY, concurrency: 8 },
  },
  /** One job per first answer of a room; it holds the reply's id only. */
  titles: {
    // One try and one retry after 2 s: a room without a title keeps the first line of its first message.
    jobs: {
      attempts: 2,
      backoff: { type: 'fixed', delay: 2 * SECOND },
      removeOnComplete: true,
      removeOnFail: true,
    },
    // Four calls of a model at once leave the provider's limits to replies. A job whose worker crashed twice is given up.
    worker: { ...QUICK_RECOVERY, maxStalledCount: 1, concurrency: 4 },
  },
  /** The nightly reconciliation with Stripe, and the closing of Stripe customers; a job holds an id at most. */
  billing: {
    // Ten tries 2, 4, 8 … s apart, half an hour in all. Then the sweeper adds the job again, until Stripe has confirmed the
    // closing.
    jobs: {
      attempts: 10,
      backoff: { type: 'exponential', delay: 2 * SECOND, jitter: 0.5 },
      removeOnComplete: true,
      removeOnFail: true,
    },
    // A reconciliation takes minutes and renews its lock meanwhile.
    worker: {
      lockDuration: 60 * SECOND,
      stalledInterval: 30 * SECOND,
      maxStalledCount: 1000,
      concurrency: 4,
    },
  },
  /** Scheduled chores, mostly the deletion of expired rows. */
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
