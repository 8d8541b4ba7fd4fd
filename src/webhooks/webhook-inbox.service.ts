import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Problem } from '../platform/http/problem.js';
import { isHandled, subjectOf } from '../billing/stripe/event-kinds.js';
import { StripeSignature } from './stripe-signature.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookQueue } from './webhook-queue.js';

/** Takes Stripe's events: once an event is acknowledged, it is here. */
@Injectable()
export class WebhookInbox {
  constructor(
    private readonly signature: StripeSignature,
    private readonly events: WebhookEventsRepository,
    private readonly queue: WebhookQueue,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `signature_invalid`; `unavailable` when it cannot be kept: Stripe will send it again */
  async take(body: unknown, signature: unknown): Promise<void> {
    const event = this.signature.read(body, signature);
    const state = isHandled(event.type) ? 'received' : 'ignored';
    const isNew = await this.events
      .insert({
        id: event.id,
        type: event.type,
        ...subjectOf(event),
        state,
        createdAt: new Date(event.created * 1000),
        receivedAt: this.clock.now(),
      })
      .catch((error: unknown) => {
        throw Problem.unavailable(error);
      });
    if (isNew && state === 'received') await this.queue.add([event.id]);
  }
}
