import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpAnswer } from '../platform/http/http-answer.js';
import { Problem } from '../platform/http/problem.js';
import { toMessage, type MessageDto, type SentDto } from './message.dto.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService, type Exchange, type SendCommand } from './messages.service.js';
import { limitHeaders } from './limit-headers.js';
import { ReplyWaiter } from './reply-waiter.js';

/** How accepted messages and live replies are told over HTTP: status, Location, waiting. */
@Injectable()
export class ReplyAnswers {
  constructor(
    private readonly service: MessagesService,
    private readonly messages: MessagesRepository,
    private readonly waiter: ReplyWaiter,
  ) {}

  /** Sends a message; with a wait, answers when the reply is final or the wait is over. */
  async send(
    request: FastifyRequest,
    command: Omit<SendCommand, 'overRateLimitSeconds' | 'limitHeaders'>,
    waitSeconds: number | null,
  ): Promise<HttpAnswer<SentDto>> {
    const overRateLimitSeconds = request.overRateLimit?.retryAfterSeconds ?? null;
    const accepted = await this.service.send({
      ...command,
      overRateLimitSeconds,
      limitHeaders: (standing) => limitHeaders(request, command.limit, standing),
    });
    const exchange =
      waitSeconds === null
        ? accepted
        : await this.service.waitForReply(accepted, command.userId, waitSeconds);
    const final = waitSeconds !== null && exchange.reply.completedAt !== null;
    return new HttpAnswer(
      { message: toMessage(exchange.message), reply: toMessage(exchange.reply) },
      { ...sentHeaders(exchange, waitSeconds), ...limitHeaders(request, command.limit, exchange.row) },
      final ? 201 : 202,
    );
  }

  /** Reads one message; with a wait, when it is final or the wait is over. */
  async read(
    userId: string,
    roomId: string,
    messageId: string,
    waitSeconds: number | null,
  ): Promise<HttpAnswer<MessageDto>> {
    const read = () => this.messages.findOwned(userId, roomId, messageId);
    const message =
      waitSeconds === null
        ? await read()
        : await this.waiter.wait(messageId, waitSeconds, read, (m) => m?.completedAt !== null);
    if (!message) throw Problem.notFound();
    return new HttpAnswer(toMessage(message), waitSeconds === null ? {} : preferenceApplied(waitSeconds));
  }
}

function sentHeaders(
  { message, reply, replayed }: Exchange,
  waitSeconds: number | null,
): Record<string, string> {
  return {
    Location: `/chatroom/${message.chatroomId}/messages/${reply.id}`,
    ...(replayed && { 'Idempotency-Replayed': 'true' }),
    ...(waitSeconds !== null && preferenceApplied(waitSeconds)),
  };
}

const preferenceApplied = (waitSeconds: number) => ({ 'Preference-Applied': `wait=${waitSeconds}` });
