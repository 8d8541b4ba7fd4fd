import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { isOutage } from '../../platform/database/outage.js';
import { Sweeper } from '../../platform/maintenance/sweeper.js';
import { ReplyLifecycle } from './reply-lifecycle.service.js';
import { REPLY_JOBS_ADDED_AGAIN } from './replies.metrics.js';
import { ReplyQueue } from './reply-queue.js';
import { SWEEP_BATCH, SWEEP_MS } from './reply-policy.js';
import { GRANT_WAITING, OVERDUE, GRANTED_UNCLAIMED } from './reply-state.statements.js';

const BEFORE_ALL_ROOMS = '00000000-0000-0000-0000-000000000000';

/**
 * The sweeper of the outbox, in every process: fails replies past their deadline, grants slots that were not granted when
 * they became free, and adds the jobs of granted replies again (a duplicate job id costs nothing). Because API processes
 * run it, too, a reply ends even without any worker.
 */
@Injectable()
export class ReplySweeper extends Sweeper {
  private afterRoom = BEFORE_ALL_ROOMS;

  constructor(
    private readonly database: Database,
    private readonly queue: ReplyQueue,
    private readonly lifecycle: ReplyLifecycle,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(SWEEP_MS);
  }

  /** One round. A failed step does not prevent the others. */
  override async sweep(): Promise<void> {
    await this.failOverdue().catch(this.warn);
    await this.grantWaiting().catch(this.warn);
    await this.addMissingJobs().catch(this.warn);
  }

  private async failOverdue(): Promise<void> {
    const grantedBefore = new Date(this.clock.now().getTime() - this.config.llm.replyDeadlineSeconds * 1000);
    const overdue = await this.database.run(OVERDUE, { grantedBefore, limit: SWEEP_BATCH });
    for (const { id } of overdue)
      await this.lifecycle.expire(id).catch((error: unknown) => {
        if (isOutage(error)) throw error;
        this.warn(error);
      });
  }

  private async grantWaiting(): Promise<void> {
    const now = this.clock.now();
    await this.queue.add(await this.database.run(GRANT_WAITING, { now, limit: SWEEP_BATCH }));
  }

  private async addMissingJobs(): Promise<void> {
    const waiting = await this.database.run(GRANTED_UNCLAIMED, {
      now: this.clock.now(),
      afterRoomId: this.afterRoom,
      limit: SWEEP_BATCH,
    });
    REPLY_JOBS_ADDED_AGAIN.inc({}, waiting.length);
    this.afterRoom = waiting.length < SWEEP_BATCH ? BEFORE_ALL_ROOMS : waiting.at(-1)!.chatroomId;
    await this.queue.add(waiting);
  }
}
