import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import { Queue } from 'bullmq';

/** A reply that is to be worked on. */
export interface ReplyRef {
  id: string;
  generation: number;
}

/** Commands of the queue's connection fail at once while it is away; this bounds what is left (promise 9). */
const ADD_TIMEOUT_MS = 500;

/** Adds the jobs of replies. The reply's row is the outbox: what cannot be added now is added by the sweeper. */
@Injectable()
export class ReplyQueue {
  private readonly logger = new Logger('ReplyQueue');

  constructor(@InjectQueue('replies') private readonly queue: Queue) {}

  /** Adds the jobs; ids that are there already are ignored by the queue. Never throws. */
  async add(replies: ReplyRef[]): Promise<void> {
    if (replies.length === 0) return;
    try {
      const jobs = replies.map((reply) => ({ name: 'reply', data: {}, opts: { jobId: jobIdOf(reply) } }));
      const [first] = jobs;
      // One job alone is one command; in bulk it would be a transaction around one.
      await withTimeout(
        jobs.length === 1 ? this.queue.add(first!.name, {}, first!.opts) : this.queue.addBulk(jobs),
      );
    } catch (error) {
      this.logger.warn(`jobs could not be added, the sweeper will: ${(error as Error).message}`);
    }
  }
}

/** `<reply id>-<generation>`: a retained finished job swallows its own id, so a retry needs a new one. */
export const jobIdOf = ({ id, generation }: ReplyRef): string => `${id}-${generation}`;

/** The reply that a job id stands for. */
export function replyOf(jobId: string): ReplyRef {
  const at = jobId.lastIndexOf('-');
  return { id: jobId.slice(0, at), generation: Number(jobId.slice(at + 1)) };
}

function withTimeout(work: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the queue does not answer')), ADD_TIMEOUT_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
