import { Injectable } from '@nestjs/common';
import { ChatroomListCache } from '../chatroom/list-cache/chatroom-list-cache.js';
import { Clock } from '../platform/clock/clock.js';
import { Nudges } from '../platform/bus/nudges.js';
import { newId } from '../platform/crypto/id.js';
import { isOutage } from '../platform/database/outage.js';
import { Problem } from '../platform/problem/problem.js';
import { EditRepository } from './branches/edit.repository.js';
import type { EditRow } from './branches/edit.statement.js';
import type { QuotaUsage } from './quota/daily-limit.js';
import { LimitEvents } from './quota/limit-events.js';
import { quotaParameters, refusalOf, type QuotaCommand } from './send/quota-command.js';
import type { Message } from './message.entity.js';
import { MessagesRepository } from './messages.repository.js';
import { newExchange } from './send/new-exchange.js';
import { ReplyQueue } from './replies/reply-queue.js';
import { ReplyWaiter } from './replies/reply-waiter.js';
import { roomNameFrom } from './send/room-name.js';
import { SendRepository } from './send/send.repository.js';
import { MESSAGES_OF_DAY, SENDS } from './send/send.metrics.js';
import type { SendParameters, SendRow } from './send/send.statement.js';

/** A message to accept. */
export interface SendCommand extends QuotaCommand {
  content: string;
  /** The user's message of which this is another form; null: a new message. */
  editedId: string | null;
}

/** A message with its reply; `replayed`: an earlier request with the same idempotency key stored them. */
export interface Exchange<Row extends QuotaUsage = SendRow | EditRow> {
  message: Message;
  reply: Message;
  replayed: boolean;
  /** Quota usage after the request. */
  row: Row;
}

/** Accepts messages and waits for their replies. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly sends: SendRepository,
    private readonly edits: EditRepository,
    private readonly messages: MessagesRepository,
    private readonly queue: ReplyQueue,
    private readonly waiter: ReplyWaiter,
    private readonly listCache: ChatroomListCache,
    private readonly clock: Clock,
    private readonly limitEvents: LimitEvents,
    private readonly nudges: Nudges,
  ) {}

  /**
   * Accepts a message, or another form of one; with an idempotency key only once.
   * @throws Problem not_found, daily_limit_reached, idempotency_key_reused, idempotency_in_progress; for another form also
   * reply_in_progress
   */
  send(command: SendCommand): Promise<Exchange> {
    return this.sendWith(newIds(), command);
  }

  /**
   * Accepts a message and waits up to `seconds` for its reply. The wait subscribes before the message is stored, so that no
   * end is missed and nothing is read before the first wake-up.
   * @throws Problem as {@link send}
   */
  async sendAndWait(command: SendCommand, seconds: number): Promise<Exchange> {
    const ids = newIds();
    const watch = this.waiter.watch({ id: ids.replyId, chatroomId: command.roomId });
    try {
      const exchange = await this.sendWith(ids, command);
      // Another request stored this reply; it may be final already.
      if (exchange.replayed) return await this.waitForReply(exchange, command.userId, seconds);
      const read = this.readsOf(exchange, command.userId);
      const until = Date.now() + seconds * 1000;
      return { ...exchange, ...(await this.waiter.follow(watch, until, exchange, read, isOver)) };
    } finally {
      watch.close();
    }
  }

  private async sendWith({ messageId, replyId }: ExchangeIds, command: SendCommand): Promise<Exchange> {
    const now = this.clock.now();
    const { content } = command;
    const roomName = roomNameFrom(content);
    const limited = quotaParameters(command, now);
    const row = await this.accept(command, {
      ...limited,
      content,
      messageId,
      replyId,
      roomName,
    });
    SENDS.inc({ outcome: row.outcome });
    if (row.outcome === 'accepted') {
      MESSAGES_OF_DAY.add();
      const { userId, roomId } = command;
      // Independent commands; neither throws.
      await Promise.all([
        row.granted ? this.queue.add([{ id: replyId, generation: 1 }]) : null,
        this.listCache.invalidate(userId),
      ]);
      this.nudges.tell(userId, { type: 'message', id: messageId, chatroomId: roomId }, { type: 'usage' });
      return { ...newExchange(command, { messageId, replyId }, row, now), replayed: false, row };
    }
    if (row.outcome === 'over_daily_limit')
      await this.limitEvents.refused(command.userId, row, command.limit);
    if (row.outcome !== 'replay') throw refusalOf(row, command);
    const exchange = await this.messages.findExchange(command.userId, row.priorReplyId!);
    if (!exchange) throw Problem.notFound();
    // The process that accepted it may have died before the invalidation.
    await this.listCache.invalidate(command.userId);
    return { ...exchange, replayed: true, row };
  }

  /** Counts a send that ends without a row: the database is down, or a request with the same key runs. */
  private async accept(
    { idempotency, editedId }: SendCommand,
    parameters: SendParameters,
  ): Promise<SendRow | EditRow> {
    try {
      return await this.nudges.orMiss<SendRow | EditRow>(
        editedId === null
          ? this.sends.accept(idempotency, parameters)
          : this.edits.accept(idempotency, { ...parameters, editedId }),
      );
    } catch (error) {
      SENDS.inc({ outcome: 'failed' });
      throw error;
    }
  }

  /**
   * Waits up to `seconds` for the reply to be final or deleted. A deleted room or a database outage does not turn the
   * accepted message into an error: the last known state is returned.
   */
  private async waitForReply(exchange: Exchange, userId: string, seconds: number): Promise<Exchange> {
    const read = this.readsOf(exchange, userId);
    return { ...exchange, ...(await this.waiter.wait(exchange.reply, seconds, read, isOver)) };
  }

  private readsOf(exchange: Exchange, userId: string): () => Promise<ExchangeState> {
    return () =>
      this.messages.findExchange(userId, exchange.reply.id).catch((error: unknown) => {
        if (!isOutage(error)) throw error;
        return exchange;
      });
  }
}

interface ExchangeIds {
  messageId: string;
  replyId: string;
}

const newIds = (): ExchangeIds => ({ messageId: newId(), replyId: newId() });

/** null: deleted. */
type ExchangeState = Pick<Exchange, 'message' | 'reply'> | null;

const isOver = (state: ExchangeState): boolean => state === null || state.reply.completedAt !== null;
