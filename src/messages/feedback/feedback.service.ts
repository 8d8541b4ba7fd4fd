import { Injectable } from '@nestjs/common';
import { Nudges } from '../../platform/bus/nudges.js';
import { Clock } from '../../platform/clock/clock.js';
import { Problem } from '../../platform/problem/problem.js';
import type { Feedback } from '../message.entity.js';
import { toMessage, type MessageDto } from '../message.dto.js';
import type { OwnedReply } from '../replies/reply-actions.statements.js';
import type { GiveFeedbackDto } from './feedback.input.js';
import { FeedbackRepository } from './feedback.repository.js';

/** Stores and removes feedback. */
@Injectable()
export class FeedbackService {
  constructor(
    private readonly feedback: FeedbackRepository,
    private readonly clock: Clock,
    private readonly nudges: Nudges,
  ) {}

  /** @throws Problem not_found, also for a user's message */
  give(reply: OwnedReply, { rating, tags = [], comment = null }: GiveFeedbackDto): Promise<MessageDto> {
    return this.set(reply, { rating, tags, comment, at: this.clock.now().toISOString() });
  }

  /** @throws Problem not_found */
  async remove(reply: OwnedReply): Promise<void> {
    await this.set(reply, null);
  }

  private async set(reply: OwnedReply, feedback: Feedback | null): Promise<MessageDto> {
    const message = await this.nudges.orMiss(this.feedback.set(reply, feedback));
    if (!message) throw Problem.notFound();
    this.nudges.tell(reply.userId, { type: 'message', id: message.id, chatroomId: message.chatroomId });
    return toMessage(message);
  }
}
