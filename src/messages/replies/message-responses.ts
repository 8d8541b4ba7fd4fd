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

/** The form of the response that the client asked for. */
export interface ResponseMode {
  /** Seconds of `Prefer: wait`; null: respond at once. */
  waitSeconds: number | null;
  /** Form of the event stream, which takes precedence; null: JSON. */
  stream: StreamQuery | null;
}

/** Builds HTTP responses for messages and replies: status, Location, waiting, streams. */
@Injectable()
export class MessageResponses {
  constructor(
    private readonly service: MessagesService,
    private readonly messages: MessagesRepository,
    private readonly waiter: ReplyWaiter,
    private readonly actions: ReplyActions,
    private readonly streams: ReplyStreams,
  ) {}

  /** Sends a message; responds at once, or when the reply is final or the wait is over, or with the stream. */
  async send(
    sessionId: string,
    command: SendCommand,
    { waitSeconds, stream }: ResponseMode,
  ): Promise<HttpAnswer<SentDto> | EventStream> {
    if (stream) return this.streamSent(sessionId, await this.service.send(command), command.limit, stream);
    const exchange =
      waitSeconds === null
        ? await this.service.send(command)
        : await this.service.sendAndWait(command, waitSeconds);
    const final = waitSeconds !== null && exchange.reply.completedAt !== null;
    return new HttpAnswer(
      toSent(exchange),
      { ...sentHeaders(exchange, waitSeconds), ...command.limit.headers(exchange.row) },
      final ? 201 : 202,
    );
  }

  /** Retries or regenerates a reply; responds at once or with the stream. */
  async perform(
    action: 'retry' | 'regenerate',
    sessionId: string,
    command: ReplyActionCommand,
    stream: StreamQuery | null,
  ): Promise<HttpAnswer<SentDto> | EventStream> {
    const exchange = await this.actions[action](command);
    if (stream) return this.streamSent(sessionId, exchange, command.limit, stream);
    return new HttpAnswer(toSent(exchange), {
      ...sentHeaders(exchange, null),
      ...command.limit.headers(exchange.row),
    });
  }

  async stop(command: StopCommand): Promise<HttpAnswer<MessageDto>> {
    const [reply, replayed] = await this.actions.stop(command);
    return new HttpAnswer(toMessage(reply), replayed ? REPLAYED : {});
  }

  /**
   * The stream of a reply, from the reader's position.
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
    // A web Response, because Nest overwrites the status of anything else with the route's own.
    if (isAtEnd) return new Response(null, { status: 204 });
    const owner = { sessionId, chatroomId: roomId };
    const format = formatOf(query, { replyId, from });
    return new EventStream(this.streams.open(owner, reply, from, format).body, { ...format.headers });
  }

  /**
   * The stream of the running or next reply of a room, always from its start: a Last-Event-ID could belong to another reply.
   * `Location` names the reply.
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

  /** Reads one message; with a wait it responds when the reply is final or the wait is over. */
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
