import { Injectable } from '@nestjs/common';
import { ChatroomListCache } from '../chatroom/chatroom-list-cache.js';
import { Clock } from '../platform/clock/clock.js';
import { newId } from '../platform/crypto/id.js';
import { Database, type Statement } from '../platform/database/database.js';
import type { Idempotency } from '../platform/http/idempotency.js';
import { IdempotencyRepository, twinProblem } from '../platform/http/idempotency.repository.js';
import { Problem } from '../platform/http/problem.js';
import type { DailyLimit, Standing } from './daily-limit.js';
import type { Message } from './message.entity.js';
import { MessagesRepository } from './messages.repository.js';
import type { Exchange } from './messages.service.js';
import { REGENERATE, RETRY, type OrderRow, type OrderValues } from './reply-orders.statements.js';
import { STOP_WAIT_SECONDS } from './reply-policy.js';
import { ReplyLifecycle } from './reply-lifecycle.service.js';
import { ReplyQueue } from './reply-queue.js';
import { ReplyWaiter } from './reply-waiter.js';
import { lookAgain } from './send.repository.js';

/** Which reply, whose, and under which key. */
export interface OrderCommand {
  userId: string;
  roomId: string;
  replyId: string;
  idempotency: Idempotency | null;
}

/** An order that costs a unit, or may. */
export interface PaidOrderCommand extends OrderCommand {
  limit: DailyLimit;
  /** The minute's requests are used up: only a replay may be answered. */
  overRateLimitSeconds: number | null;
  limitHeaders: (standing: Standing) => Record<string, string>;
}

/** What a person may do with a reply: stop it, have it tried again, ask for another. */
@Injectable()
export class ReplyOrders {
  constructor(
    private readonly database: Database,
    private readonly messages: MessagesRepository,
    private readonly lifecycle: ReplyLifecycle,
    private readonly queue: ReplyQueue,
    private readonly waiter: ReplyWaiter,
    private readonly keys: IdempotencyRepository,
    private readonly listCache: ChatroomListCache,
    private readonly clock: Clock,
  ) {}

  /**
   * Stops a reply wherever it is made; what is final stays as it is.
   * @returns the reply, final unless its worker is out of reach, and whether this key was used before
   * @throws Problem not_found, idempotency_key_reused, idempotency_in_progress
   */
  async stop({ userId, roomId, replyId, idempotency }: OrderCommand): Promise<[Message, replayed: boolean]> {
    const find = async () => {
      const reply = await this.messages.findOwned(userId, roomId, replyId);
      if (reply?.role !== 'model') throw Problem.notFound();
      return reply;
    };
    await find();
    const isNew = !idempotency || (await this.keys.keep(userId, idempotency, replyId, this.clock.now()));
    const reply = await this.waiter.wait(
      replyId,
      STOP_WAIT_SECONDS,
      async () => {
        await this.lifecycle.stop(userId, roomId, replyId);
        return find();
      },
      ({ completedAt }) => completedAt !== null,
    );
    return [reply, !isNew];
  }

  /**
   * Begins a failed reply anew, in place.
   * @throws Problem not_found, not_retriable, daily_limit_reached, rate_limited, idempotency_key_reused, idempotency_in_progress
   */
  retry(command: PaidOrderCommand): Promise<Exchange<OrderRow>> {
    return this.order(RETRY, command, command.replyId);
  }

  /**
   * Asks for another answer to the same message.
   * @throws Problem not_found, reply_in_progress, daily_limit_reached, rate_limited, idempotency_key_reused, idempotency_in_progress
   */
  async regenerate(command: PaidOrderCommand): Promise<Exchange<OrderRow>> {
    const exchange = await this.order(REGENERATE, command, newId());
    await this.listCache.invalidate(command.userId);
    return exchange;
  }

  private async order(
    statement: Statement,
    command: PaidOrderCommand,
    resultId: string,
  ): Promise<Exchange<OrderRow>> {
    const row = await this.run(statement, command, resultId);
    const replayed = row.outcome === 'replay';
    if (!replayed && row.outcome !== 'accepted') throw refusal(row, command);
    const replyId = replayed ? row.prior_reply_id! : resultId;
    if (row.admitted) await this.queue.add([{ id: replyId, generation: row.generation! }]);
    const exchange = await this.messages.findExchange(command.userId, replyId);
    if (!exchange) throw Problem.notFound();
    return { ...exchange, replayed, row };
  }

  private async run(
    statement: Statement,
    { userId, roomId, replyId, idempotency, limit, overRateLimitSeconds }: PaidOrderCommand,
    resultId: string,
  ): Promise<OrderRow> {
    const values: OrderValues = [
      userId,
      roomId,
      replyId,
      resultId,
      idempotency?.key ?? null,
      idempotency?.fingerprint ?? null,
      limit.day,
      limit.limits.basic,
      limit.limits.pro,
      this.clock.now(),
      overRateLimitSeconds !== null,
    ];
    try {
      const look = async () => (await this.database.run<OrderRow>(statement, values))[0]!;
      return await lookAgain(look, idempotency !== null);
    } catch (error) {
      throw idempotency ? twinProblem(error) : error;
    }
  }
}

function refusal(row: OrderRow, { limit, overRateLimitSeconds, limitHeaders }: PaidOrderCommand): Problem {
  switch (row.outcome) {
    case 'key_reused':
      return new Problem('idempotency_key_reused');
    case 'over_rate_limit':
      return Problem.limited('rate_limited', overRateLimitSeconds ?? 1, limitHeaders(row));
    case 'over_daily_limit':
      return limit.refusal(row, limitHeaders(row));
    case 'not_retriable':
    case 'reply_in_progress':
      return new Problem(row.outcome);
    case 'not_found':
      return Problem.notFound();
    case 'accepted':
    case 'replay':
      throw new Error(`${row.outcome} is no refusal`);
  }
}
