import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ChatroomListCache } from '../../chatroom/list-cache/chatroom-list-cache.js';
import { Clock } from '../../platform/clock/clock.js';
import { Nudges } from '../../platform/bus/nudges.js';
import { newId } from '../../platform/crypto/id.js';
import { Database } from '../../platform/database/database.js';
import type { Idempotency } from '../../platform/idempotency/idempotency.js';
import { IdempotencyKeys } from '../../platform/idempotency/idempotency-keys.service.js';
import { Problem } from '../../platform/problem/problem.js';
import { statementSpan, traced, traceparent } from '../../platform/tracing/tracing.js';
import type { DailyLimit } from '../quota/daily-limit.js';
import { LimitEvents } from '../quota/limit-events.js';
import { quotaParameters, refusalOf, type QuotaCommand } from '../send/quota-command.js';
import { CONCURRENT_WINNER_OUTCOMES } from '../send/concurrent-winner.js';
import type { Message } from '../message.entity.js';
import { MessagesRepository } from '../messages.repository.js';
import type { Exchange } from '../messages.service.js';
import { REGENERATE, RETRY, RETRY_FREE, type ActionRow } from './reply-actions.statements.js';
import { STOP_WAIT_SECONDS } from './reply-policy.js';
import { ReplyLifecycle } from './reply-lifecycle.service.js';
import { ReplyQueue } from './reply-queue.js';
import { ReplyWaiter } from './reply-waiter.js';

/** A reply to stop. */
export interface StopCommand {
  userId: string;
  roomId: string;
  replyId: string;
  idempotency: Idempotency | null;
}

/** A reply to retry or to regenerate; that may take a unit of the day. */
export interface ReplyActionCommand extends QuotaCommand {
  replyId: string;
}

/** The actions of a user on a reply: stop, retry, regenerate. */
@Injectable()
export class ReplyActions {
  constructor(
    private readonly database: Database,
    private readonly messages: MessagesRepository,
    private readonly lifecycle: ReplyLifecycle,
    private readonly queue: ReplyQueue,
    private readonly waiter: ReplyWaiter,
    private readonly keys: IdempotencyKeys,
    private readonly listCache: ChatroomListCache,
    private readonly clock: Clock,
    private readonly limitEvents: LimitEvents,
    private readonly nudges: Nudges,
  ) {}

  /**
   * Stops a reply in any process; a final reply stays as it is.
   * @returns the reply, final unless its worker is out of reach, and whether this key was used before
   * @throws Problem not_found, idempotency_key_reused, idempotency_in_progress
   */
  async stop(command: StopCommand): Promise<[Message, replayed: boolean]> {
    const { userId, replyId, idempotency } = command;
    let reply = await this.findReply(command);
    // A replay stops nothing, because the reply may have been retried since. The key is stored after the stop, so that a
    // stop which failed can be requested again.
    const { replayed } = await this.keys.onceRepeatable(userId, idempotency, async () => {
      reply = await this.waiter.wait(
        reply,
        STOP_WAIT_SECONDS,
        async () => {
          await this.lifecycle.stop(userId, command.roomId, replyId);
          return this.findReply(command);
        },
        ({ completedAt }) => completedAt !== null,
      );
      return replyId;
    });
    return [reply, replayed];
  }

  /**
   * Retries a failed reply in place.
   * @throws Problem not_found, not_retriable, daily_limit_reached, idempotency_key_reused, idempotency_in_progress
   */
  retry(command: ReplyActionCommand): Promise<Exchange<ActionRow>> {
    return this.perform(RETRY, command, command.replyId);
  }

  /**
   * Retries a failed reply on behalf of an operator, without a unit of the user's day.
   * @returns a function that adds the job; to be called after the commit
   * @throws Problem not_found, not_retriable
   */
  async retryFreeIn(
    manager: EntityManager,
    owned: { userId: string; roomId: string; replyId: string },
    limit: DailyLimit,
  ): Promise<() => Promise<void>> {
    const command = {
      ...owned,
      idempotency: null,
      limit,
      requestId: null,
    };
    const { replyId } = owned;
    const parameters = {
      ...quotaParameters(command, this.clock.now()),
      replyId,
      resultId: replyId,
      traceContext: traceparent(),
    };
    const row = await this.database.one(RETRY_FREE, parameters, manager);
    if (row!.outcome !== 'accepted') throw refusalOf(row!, command);
    const refs = row!.granted ? [{ id: replyId, generation: row!.generation! }] : [];
    return () => {
      this.tellQueued({ ...owned, id: replyId });
      return this.queue.add(refs);
    };
  }

  /**
   * Creates another answer to the same message.
   * @throws Problem not_found, reply_in_progress, daily_limit_reached, idempotency_key_reused, idempotency_in_progress
   */
  regenerate(command: ReplyActionCommand): Promise<Exchange<ActionRow>> {
    return this.perform(REGENERATE, command, newId());
  }

  private async perform(
    statement: typeof RETRY,
    command: ReplyActionCommand,
    resultId: string,
  ): Promise<Exchange<ActionRow>> {
    const row = await this.run(statement, command, resultId);
    const replayed = row.outcome === 'replay';
    if (row.outcome === 'over_daily_limit')
      await this.limitEvents.refused(command.userId, row, command.limit);
    if (!replayed && row.outcome !== 'accepted') throw refusalOf(row, command);
    const replyId = replayed ? row.priorReplyId! : resultId;
    await Promise.all([
      row.granted ? this.queue.add([{ id: replyId, generation: row.generation! }]) : null,
      this.listCache.invalidate(command.userId),
    ]);
    if (!replayed) this.tellQueued({ userId: command.userId, roomId: command.roomId, id: replyId });
    const exchange = await this.messages.findExchange(command.userId, replyId);
    if (!exchange) throw Problem.notFound();
    return { ...exchange, replayed, row };
  }

  private run(statement: typeof RETRY, command: ReplyActionCommand, resultId: string): Promise<ActionRow> {
    const { replyId, idempotency } = command;
    const parameters = { ...quotaParameters(command, this.clock.now()), replyId, resultId };
    const run = async () => (await this.database.one(statement, parameters))!;
    const running = traced(statement.name, statementSpan, () => {
      parameters.traceContext = traceparent();
      return this.keys.runWithSteps(command.userId, idempotency, CONCURRENT_WINNER_OUTCOMES, run);
    });
    return this.nudges.orMiss(running);
  }

  private tellQueued({ userId, roomId, id }: { userId: string; roomId: string; id: string }): void {
    this.nudges.tell(userId, { type: 'reply', id, chatroomId: roomId, status: 'queued' }, { type: 'usage' });
  }

  private async findReply({ userId, roomId, replyId }: StopCommand): Promise<Message> {
    const reply = await this.messages.findOwned(userId, roomId, replyId);
    if (reply?.role !== 'model') throw Problem.notFound();
    return reply;
  }
}
