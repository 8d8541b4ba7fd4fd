import { Inject, Injectable, Logger } from '@nestjs/common';
import { isLive, STRIPE_ENDPOINT } from '../billing/stripe/stripe-endpoint.js';
import { Clock } from '../platform/clock/clock.js';
import type { StripeSettings } from '../platform/config/config.js';
import { Problem } from '../platform/problem/problem.js';
import { readIncoming, type IncomingEvent } from './incoming-event.js';
import { StripeSignature } from './stripe-signature.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';
import { WebhookQueue } from './webhook-queue.js';
import { WEBHOOKS_RECEIVED } from './webhooks.metrics.js';

/** SQLSTATE classes of values that a column cannot store: data exceptions and constraint violations. */
const UNSTORABLE = /^2[23]/;

/**
 * Webhook inbox: takes Stripe's events.
 *
 * Problem: Stripe repeats an event that is not acknowledged, waits only seconds for the answer, and disables an endpoint that
 * keeps failing. Work done within the request would be slow, and lost with the process.
 *
 * How it works: the signature is verified, then one insert stores id, type and subject of the event, and 200 is answered. A
 * job named by the event's id follows; the worker syncs the customer with Stripe (webhook-handler.service.ts, billing-sync).
 * A repeated event meets its row and does nothing. The row is the outbox of the job: the sweeper adds a lost job again
 * (webhook-sweeper.ts), and the event's id keeps jobs unique. After its last try an event is `failed`, and an operator can
 * replay it.
 *
 * When PostgreSQL is down the answer is 503 and Stripe sends the event again. When the queue is down the event is stored and
 * waits for the sweeper. A signed event that cannot be read or stored is acknowledged and ignored with a log line: the same
 * bytes would fail again. The nightly comparison finds the change behind a lost or ignored event.
 *
 * It does not store payloads or trust them, and it does not keep the order of events: each sync reads Stripe's current state.
 */
@Injectable()
export class WebhookInbox {
  private readonly logger = new Logger('Webhooks');

  constructor(
    @Inject(STRIPE_ENDPOINT) private readonly endpoint: StripeSettings,
    private readonly signature: StripeSignature,
    private readonly events: WebhookEventsRepository,
    private readonly queue: WebhookQueue,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `signature_invalid`; `unavailable` when it cannot be stored now: Stripe sends it again */
  async take(body: unknown, signature: unknown): Promise<void> {
    const incoming = readIncoming(this.signature.verify(body, signature), isLive(this.endpoint));
    if ('unreadable' in incoming) return this.leave(incoming.unreadable);
    const { event } = incoming;
    const isNew = await this.keep(event);
    if (isNew !== null) WEBHOOKS_RECEIVED.inc({ outcome: isNew ? 'new' : 'duplicate' });
    if (isNew && event.state === 'received') await this.queue.add([event.id]);
  }

  /** @returns whether it is new; null when it cannot be stored */
  private async keep(event: IncomingEvent): Promise<boolean | null> {
    try {
      return await this.events.insert({ ...event, receivedAt: this.clock.now() });
    } catch (error) {
      // An unstorable value would fail again for days; any other error may pass.
      if (!UNSTORABLE.test((error as { code?: string }).code ?? '')) throw Problem.unavailable(error);
      this.leave('it cannot be stored');
      return null;
    }
  }

  /** Logs the reason without the event's content, which may be personal. */
  private leave(reason: string): void {
    WEBHOOKS_RECEIVED.inc({ outcome: 'unusable' });
    this.logger.warn(`signed Stripe event is acknowledged and ignored: ${reason}`);
  }
}
