import { setImmediate as endOfTurn } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger } from '@nestjs/common';
import { Queue } from 'bullmq';
import { addCollectedJobs, tracedPublish } from '../../platform/queue/add-jobs.js';

/** A reply to generate, as a job names it. */
export interface ReplyRef {
  id: string;
  generation: number;
}

/** Adds the jobs of replies. The reply's row is the outbox: the sweeper adds jobs that could not be added here. */
@Injectable()
export class ReplyQueue {
  private readonly logger = new Logger('ReplyQueue');

  constructor(@InjectQueue('replies') private readonly queue: Queue) {}

  /** Job ids of this event-loop turn, and when they have been added. */
  private collecting: { ids: string[]; added: Promise<void> } | null = null;

  /** Adds the jobs together with all others of this event-loop turn, in one command. Never throws. */
  async add(replies: ReplyRef[]): Promise<void> {
    if (replies.length === 0) return;
    const ids = replies.map(jobIdOf);
    this.collecting ??= { ids: [], added: this.collected() };
    this.collecting.ids.push(...ids);
    const { added } = this.collecting;
    await tracedPublish(this.queue.name, ids, () => added);
  }

  private async collected(): Promise<void> {
    await endOfTurn();
    const { ids } = this.collecting!;
    this.collecting = null;
    await addCollectedJobs(this.queue, this.logger, 'reply', ids);
  }
}

/** `<reply id>-<generation>`. A retained finished job blocks its own id, so a retry needs a new one. */
export const jobIdOf = ({ id, generation }: ReplyRef): string => `${id}-${generation}`;

/** Parses a job id. */
export function replyOf(jobId: string): ReplyRef {
  const at = jobId.lastIndexOf('-');
  return { id: jobId.slice(0, at), generation: Number(jobId.slice(at + 1)) };
}
