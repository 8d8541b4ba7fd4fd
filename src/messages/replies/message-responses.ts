import { Injectable } from '@nestjs/common';
import { EventStream, sseEvent } from '../../platform/http/responses/event-stream.js';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import type { Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/problem/problem.js';
import type { Message } from '../message.entity.js';
import { toMessage, type MessageDto, type SentDto } from '../message.dto.js';
import { MessagesRepository } from '../messages.repository.js';
import { MessagesService, type Exchange, type SendCommand } from '../messages.service.js';
import type { DailyLimit } from '../quota/daily-limit.js';
import { ReplyActions, type ReplyActionCommand, type StopCommand } from './reply-actions.service.js';
import { ReplyWaiter } from './reply-waiter.js';
import { positionOf } from '../stream/event-id.js';
import { ReplyStreams } from '../stream/reply-streams.service.js';

/** How the sender wants to be answered. */
export interface AnswerForm {
  /** Seconds of `Prefer: wait`; null: at once. */
  waitSeconds: number | null;
  /** As an event stream? That wins. */
  stream: boolean;
}

/** How accepted messages and live replies are told over HTTP: status, Location, waiting. */
@Injectable()
export class MessageResponses {
  constructor(
    private readonly service: MessagesService,
    private readonly messages: MessagesRepository,
    private readonly waiter: ReplyWaiter,
    private readonly orders: ReplyActions,
    private readonly streams: ReplyStreams,
  ) {}

  /** Sends a message; answers at once, when the reply is final or the wait is over, or with the stream. */
  async send(
    sessionId: string,
    command: SendCommand,
    { waitSeconds, stream }: AnswerForm,
  ): Promise<HttpAnswer<SentDto> | EventStream> {
    const accepted = await this.service.send(command);
    if (stream) return this.streamSent(sessionId, accepted, command.limit);
    const exchange =
      waitSeconds === null
        ? accepted
        : await this.service.waitForReply(accepted, command.userId, waitSeconds);
    const final = waitSeconds !== null && exchange.reply.completedAt !== null;
    return new HttpAnswer(
      toSent(exchange),
      { ...sentHeaders(exchange, waitSeconds), ...command.limit.headers(exchange.row) },
      final ? 201 : 202,
    );
  }

  /** Tries a failed reply again, or asks for another one. */
  async order(order: 'retry' | 'regenerate', command: ReplyActionCommand): Promise<HttpAnswer<SentDto>> {
    const exchange = await this.orders[order](command);
    return new HttpAnswer(toSent(exchange), {
      ...sentHeaders(exchange, null),
      ...command.limit.headers(exchange.row),
    });
  }

  async stop(command: StopCommand): Promise<HttpAnswer<MessageDto>> {
    const [reply, replayed] = await this.orders.stop(command);
    return new HttpAnswer(toMessage(reply), replayed ? REPLAYED : {});
  }

  /**
   * The stream of a reply, from where the reader has come to.
   * @param lastEventId as the client sent it
   */
  async stream(
    { userId, sessionId }: Principal,
    roomId: string,
    replyId: string,
    lastEventId: string | undefined,
  ): Promise<EventStream | Response> {
    const reply = await this.messages.findOwned(userId, roomId, replyId);
    if (reply?.role !== 'model') throw Problem.notFound();
    const from = positionOf(lastEventId);
    const isAtEnd = reply.completedAt !== null && from?.offset === 'end' && from.attempt === reply.attempt;
    // Nest sets a route's own status on everything but a web Response.
    if (isAtEnd) return new Response(null, { status: 204 });
    const owner = { sessionId, chatroomId: roomId };
    return new EventStream(this.streams.open(owner, reply, from).body);
  }

  private streamSent(sessionId: string, exchange: Exchange, limit: DailyLimit): EventStream {
    const owner = { sessionId, chatroomId: exchange.message.chatroomId };
    const accepted = sseEvent('accepted', toSent(exchange));
    const { body } = this.streams.open(owner, exchange.reply, null, accepted);
    return new EventStream(body, {
      ...sentHeaders(exchange, null),
      ...limit.headers(exchange.row),
    });
  }

  /** Reads one message; with a wait, when it is final or the wait is over. */
  async read(
    userId: string,
    roomId: string,
    messageId: string,
    waitSeconds: number | null,
  ): Promise<HttpAnswer<MessageDto>> {
    const read = () => this.messages.findOwned(userId, roomId, messageId);
    const isOver = (message: Message | null) => message?.completedAt !== null;
    const message =
      waitSeconds === null
        ? await read()
        : await this.waiter.wait({ id: messageId, chatroomId: roomId }, waitSeconds, read, isOver);
    if (!message) throw Problem.notFound();
    return new HttpAnswer(toMessage(message), waitSeconds === null ? {} : preferenceApplied(waitSeconds));
  }
}

const toSent = ({ message, reply }: Pick<Exchange, 'message' | 'reply'>): SentDto => ({
  message: toMessage(message),
  reply: toMessage(reply),
});

const REPLAYED = { 'Idempotency-Replayed': 'true' };

function sentHeaders(
  { message, reply, replayed }: Omit<Exchange, 'row'>,
  waitSeconds: number | null,
): Record<string, string> {
  return {
    Location: `/chatroom/${message.chatroomId}/messages/${reply.id}`,
    ...(replayed && REPLAYED),
    ...(waitSeconds !== null && preferenceApplied(waitSeconds)),
  };
}

const preferenceApplied = (waitSeconds: number) => ({ 'Preference-Applied': `wait=${waitSeconds}` });
