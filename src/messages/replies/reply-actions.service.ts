import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ChatroomListCache } from '../../chatroom/list-cache/chatroom-list-cache.js';
import { Clock } from '../../platform/clock/clock.js';
import { newId } from '../../platform/crypto/id.js';
import { Database } from '../../platform/database/database.js';
import type { Idempotency } from '../../platform/idempotency/idempotency.js';
import { IdempotencyKeys } from '../../platform/idempotency/idempotency-keys.service.js';
import { Problem } from '../../platform/problem/problem.js';
import type { DailyLimit } from '../quota/daily-limit.js';
import { limitedParameters, refusalOf, type QuotaCommand } from '../send/quota-command.js';
import { CONCURRENT_WINNER_OUTCOMES } from '../send/concurrent-winner.js';
import type { Message } from '../message.entity.js';
import { MessagesRepository } from '../messages.repository.js';
import type { Exchange } from '../messages.service.js';
import { REGENERATE, RETRY, RETRY_FREE, type OrderRow } from './reply-actions.statements.js';
import { STOP_WAIT_SECONDS } from './reply-policy.js';
import { ReplyLifecycle } from './reply-lifecycle.service.js';
import { ReplyQueue } from './reply-queue.js';
import { ReplyWaiter } from './reply-waiter.js';

/** A reply that is to be stopped. */
export interface StopCommand {
  userId: string;
  roomId: string;
  replyId: string;
  idempotency: Idempotency | null;
}

/** A reply that is to be made again; it costs a unit, or may. */
export interface ReplyActionCommand extends QuotaCommand {
  replyId: string;
}

/** What a person may do with a reply: stop it, have it tried again, ask for another. */
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
  ) {}

  /**
   * Stops a reply wherever it is made; what is final stays as it is.
   * @returns the reply, final unless its worker is out of reach, and whether this key was used before
   * @throws Problem not_found, idempotency_key_reused, idempotency_in_progress
   */
  async stop(command: StopCommand): Promise<[Message, replayed: boolean]> {
    const { userId, replyId, idempotency } = command;
    let reply = await this.findReply(command);
    // A replay stops nothing: the reply may have been begun anew since. The key is kept after the stop: one that was not
    // carried out is no stop, and may be asked for again.
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
   * Begins a failed reply anew, in place.
   * @throws Problem not_found, not_retriable, daily_limit_reached, idempotency_key_reused, idempotency_in_progress
   */
  retry(command: ReplyActionCommand): Promise<Exchange<OrderRow>> {
    return this.order(RETRY, command, command.replyId);
  }

  /**
   * Begins a failed reply anew for its person, who has not asked for it: it takes no unit of the day.
   * @returns to be called when it has been committed
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
    };
    const { replyId } = owned;
    const parameters = { ...limitedParameters(command, this.clock.now()), replyId, resultId: replyId };
    const row = await this.database.one(RETRY_FREE, parameters, manager);
    if (row!.outcome !== 'accepted') throw refusalOf(row!, command);
    const refs = row!.granted ? [{ id: replyId, generation: row!.generation! }] : [];
    return () => this.queue.add(refs);
  }

  /**
   * Asks for another answer to the same message.
   * @throws Problem not_found, reply_in_progress, daily_limit_reached, idempotency_key_reused, idempotency_in_progress
   */
  async regenerate(command: ReplyActionCommand): Promise<Exchange<OrderRow>> {
    const exchange = await this.order(REGENERATE, command, newId());
    await this.listCache.invalidate(command.userId);
    return exchange;
  }

  private async order(
    statement: typeof RETRY,
    command: ReplyActionCommand,
    resultId: string,
  ): Promise<Exchange<OrderRow>> {
    const row = await this.run(statement, command, resultId);
    const replayed = row.outcome === 'replay';
    if (!replayed && row.outcome !== 'accepted') throw refusalOf(row, command);
    const replyId = replayed ? row.priorReplyId! : resultId;
    if (row.granted) await this.queue.add([{ id: replyId, generation: row.generation! }]);
    const exchange = await this.messages.findExchange(command.userId, replyId);
    if (!exchange) throw Problem.notFound();
    return { ...exchange, replayed, row };
  }

  private run(statement: typeof RETRY, command: ReplyActionCommand, resultId: string): Promise<OrderRow> {
    const { replyId, idempotency } = command;
    const parameters = { ...limitedParameters(command, this.clock.now()), replyId, resultId };
    const run = async () => (await this.database.one(statement, parameters))!;
    return this.keys.runWithSteps(command.userId, idempotency, CONCURRENT_WINNER_OUTCOMES, run);
  }

  private async findReply({ userId, roomId, replyId }: StopCommand): Promise<Message> {
    const reply = await this.messages.findOwned(userId, roomId, replyId);
    if (reply?.role !== 'model') throw Problem.notFound();
    return reply;
  }
}
