import { Injectable } from '@nestjs/common';
import { ChatroomListCache } from '../chatroom/list-cache/chatroom-list-cache.js';
import { Clock } from '../platform/clock/clock.js';
import { newId } from '../platform/crypto/id.js';
import { isOutage } from '../platform/database/outage.js';
import { Problem } from '../platform/problem/problem.js';
import type { QuotaUsage } from './quota/daily-limit.js';
import { limitedParameters, refusalOf, type QuotaCommand } from './send/quota-command.js';
import type { Message } from './message.entity.js';
import { MessagesRepository } from './messages.repository.js';
import { newExchange } from './send/new-exchange.js';
import { ReplyQueue } from './replies/reply-queue.js';
import { ReplyWaiter } from './replies/reply-waiter.js';
import { roomNameFrom } from './send/room-name.js';
import { SendRepository } from './send/send.repository.js';
import type { SendRow } from './send/send.statement.js';

/** A message that is to be accepted. */
export interface SendCommand extends QuotaCommand {
  content: string;
}

/** A message and its reply, and whether they were there before this request. */
export interface Exchange<Row extends QuotaUsage = SendRow> {
  message: Message;
  reply: Message;
  replayed: boolean;
  /** How the day stands after it. */
  row: Row;
}

/** Accepting messages and waiting for their replies. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly sends: SendRepository,
    private readonly messages: MessagesRepository,
    private readonly queue: ReplyQueue,
    private readonly waiter: ReplyWaiter,
    private readonly listCache: ChatroomListCache,
    private readonly clock: Clock,
  ) {}

  /**
   * Accepts a message, once for its idempotency key.
   * @throws Problem not_found, daily_limit_reached, idempotency_key_reused, idempotency_in_progress
   */
  async send(command: SendCommand): Promise<Exchange> {
    const now = this.clock.now();
    const messageId = newId();
    const replyId = newId();
    const { content } = command;
    const roomName = roomNameFrom(content);
    const limited = limitedParameters(command, now);
    const row = await this.sends.accept(command.idempotency, {
      ...limited,
      content,
      messageId,
      replyId,
      roomName,
    });
    if (row.outcome === 'accepted') {
      // Two commands to Redis that do not need each other; neither throws.
      await Promise.all([
        row.granted && !this.sends.enqueues ? this.queue.add([{ id: replyId, generation: 1 }]) : null,
        this.listCache.invalidate(command.userId),
      ]);
      return { ...newExchange(command, { messageId, replyId }, row, now), replayed: false, row };
    }
    if (row.outcome !== 'replay') throw refusalOf(row, command);
    const exchange = await this.messages.findExchange(command.userId, row.priorReplyId!);
    if (!exchange) throw Problem.notFound();
    // Whoever accepted it may have died before it could tell the cache.
    await this.listCache.invalidate(command.userId);
    return { ...exchange, replayed: true, row };
  }

  /**
   * Waits up to `seconds` for the exchange's reply to be final, or to be gone with its room. Neither that nor a database
   * that goes away meanwhile unsays the acceptance.
   */
  async waitForReply(exchange: Exchange, userId: string, seconds: number): Promise<Exchange> {
    const read = () =>
      this.messages.findExchange(userId, exchange.reply.id).catch((error: unknown) => {
        if (!isOutage(error)) throw error;
        return exchange;
      });
    const isOver = (state: Pick<Exchange, 'reply'> | null) =>
      state === null || state.reply.completedAt !== null;
    return { ...exchange, ...(await this.waiter.wait(exchange.reply, seconds, read, isOver)) };
  }
}
