import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { isOutage } from '../../platform/database/outage.js';
import { Sweeper } from '../../platform/maintenance/sweeper.js';
import { ReplyLifecycle } from './reply-lifecycle.service.js';
import { ReplyQueue } from './reply-queue.js';
import { SWEEP_BATCH, SWEEP_MS } from './reply-policy.js';
import { ADMIT_WAITING, OVERDUE, WAITING_HEADS } from './reply-state.statements.js';

const BEFORE_ALL_ROOMS = '00000000-0000-0000-0000-000000000000';

/**
 * The other half of the outbox: every reply whose turn has begun gets its job again (a duplicate id costs nothing), a turn
 * that nobody began begins, and a reply whose time is over ends. Runs in every process, so that a reply ends even where no worker is.
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

  /** One round. What fails keeps nothing else from being done. */
  override async sweep(): Promise<void> {
    await this.endOverdue().catch(this.warn);
    await this.grantWaiting().catch(this.warn);
    await this.addWaiting().catch(this.warn);
  }

  private async endOverdue(): Promise<void> {
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
    await this.queue.add(await this.database.run(ADMIT_WAITING, { now, limit: SWEEP_BATCH }));
  }

  private async addWaiting(): Promise<void> {
    const waiting = await this.database.run(WAITING_HEADS, {
      now: this.clock.now(),
      afterRoomId: this.afterRoom,
      limit: SWEEP_BATCH,
    });
    this.afterRoom = waiting.length < SWEEP_BATCH ? BEFORE_ALL_ROOMS : waiting.at(-1)!.chatroomId;
    await this.queue.add(waiting);
  }
}
