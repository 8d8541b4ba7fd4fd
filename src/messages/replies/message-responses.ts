import { Injectable } from '@nestjs/common';
import { EventStream } from '../../platform/http/responses/event-stream.js';
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
import { formatOf, type StreamQuery } from '../stream/stream.query.js';
import { toUsage } from '../quota/usage.dto.js';
import type { QuotaUsage } from '../quota/daily-limit.js';

/** How the sender wants to be answered. */
export interface AnswerForm {
  /** Seconds of `Prefer: wait`; null: at once. */
  waitSeconds: number | null;
  /** As an event stream of this form? That wins; null: as JSON. */
  stream: StreamQuery | null;
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
    if (stream) return this.streamSent(sessionId, accepted, command.limit, stream);
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

  /** Tries a failed reply again, or asks for another one; answers at once or with the stream. */
  async order(
    order: 'retry' | 'regenerate',
    sessionId: string,
    command: ReplyActionCommand,
    stream: StreamQuery | null,
  ): Promise<HttpAnswer<SentDto> | EventStream> {
    const exchange = await this.orders[order](command);
    if (stream) return this.streamSent(sessionId, exchange, command.limit, stream);
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
    query: StreamQuery,
  ): Promise<EventStream | Response> {
    const reply = await this.messages.findOwned(userId, roomId, replyId);
    if (reply?.role !== 'model') throw Problem.notFound();
    const from = positionOf(lastEventId);
    const isAtEnd = reply.completedAt !== null && from?.offset === 'end' && from.attempt === reply.attempt;
    // Nest sets a route's own status on everything but a web Response.
    if (isAtEnd) return new Response(null, { status: 204 });
    const owner = { sessionId, chatroomId: roomId };
    const format = formatOf(query, { replyId, from });
    return new EventStream(this.streams.open(owner, reply, from, format).body, { ...format.headers });
  }

  /**
   * The stream of the reply that runs in a room, or is next, from its start: an id of another reply would name a position
   * in this one. `Location` tells which reply it is.
   */
  async streamRoom(
    { userId, sessionId }: Principal,
    roomId: string,
    query: StreamQuery,
  ): Promise<EventStream | Response> {
    const live = await this.messages.findLive(userId, roomId);
    if (live === null) throw Problem.notFound();
    const [reply] = live;
    if (!reply) return new Response(null, { status: 204 });
    const format = formatOf(query, { replyId: reply.id, from: null });
    const { body } = this.streams.open({ sessionId, chatroomId: roomId }, reply, null, format);
    return new EventStream(body, { ...format.headers, Location: locationOf(reply) });
  }

  private streamSent(
    sessionId: string,
    exchange: Exchange<QuotaUsage>,
    limit: DailyLimit,
    query: StreamQuery,
  ): EventStream {
    const { reply, row } = exchange;
    const owner = { sessionId, chatroomId: reply.chatroomId };
    const format = formatOf(query, { replyId: reply.id, from: null, limits: toUsage(limit, row) });
    const { body } = this.streams.open(owner, reply, null, format, toSent(exchange));
    return new EventStream(body, {
      ...sentHeaders(exchange, null),
      ...limit.headers(row),
      ...format.headers,
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

const locationOf = ({ chatroomId, id }: Message): string => `/chatroom/${chatroomId}/messages/${id}`;

function sentHeaders(
  { reply, replayed }: Omit<Exchange, 'row'>,
  waitSeconds: number | null,
): Record<string, string> {
  return {
    Location: locationOf(reply),
    ...(replayed && REPLAYED),
    ...(waitSeconds !== null && preferenceApplied(waitSeconds)),
  };
}

const preferenceApplied = (waitSeconds: number) => ({ 'Preference-Applied': `wait=${waitSeconds}` });
