import { Inject, Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Clock } from '../platform/clock/clock.js';
import { Problem } from '../platform/http/problem.js';
import { isLive, STRIPE_ENDPOINT } from '../billing/stripe/stripe-endpoint.js';
import type { StripeSettings } from '../platform/config/config.js';

/** How far its moment may be from ours, either way (https://docs.stripe.com/webhooks#replay-attacks). */
const TOLERANCE_SECONDS = 300;

/** Tells Stripe's events from everybody else's. */
@Injectable()
export class StripeSignature {
  constructor(
    @Inject(STRIPE_ENDPOINT) private readonly endpoint: StripeSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * The event that was signed, with any of the secrets.
   * @param body the bytes as they came
   * @throws Problem `signature_invalid`
   */
  read(body: unknown, header: unknown): Stripe.Event {
    if (!Buffer.isBuffer(body) || typeof header !== 'string') throw invalid();
    const nowMs = this.clock.now().getTime();
    if (!isTimely(header, nowMs / 1000)) throw invalid();
    const event = this.verified(body, header, nowMs);
    if (!isEvent(event) || event.livemode !== isLive(this.endpoint)) throw invalid();
    return event;
  }

  private verified(body: Buffer, header: string, nowMs: number): Stripe.Event {
    for (const secret of this.endpoint.webhookSecrets) {
      try {
        return Stripe.webhooks.constructEvent(body, header, secret, TOLERANCE_SECONDS, undefined, nowMs);
      } catch {
        // Perhaps with the next secret; what is wrong is nobody's business.
      }
    }
    throw invalid();
  }
}

/** The SDK refuses a moment that is long past; one that is to come it takes. One moment alone, so that both read the same. */
function isTimely(header: string, nowSeconds: number): boolean {
  const moments = header.split(',').filter((part) => part.trim().startsWith('t='));
  const [, digits] = /^\s*t=(\d{1,12})\s*$/.exec(moments[0] ?? '') ?? [];
  return (
    moments.length === 1 && digits !== undefined && Math.abs(nowSeconds - Number(digits)) <= TOLERANCE_SECONDS
  );
}

/** Signed, but perhaps for something else. */
function isEvent(event: Partial<Stripe.Event> | null): event is Stripe.Event {
  return (
    typeof event === 'object' &&
    event !== null &&
    /^evt_\w{1,250}$/.test(String(event.id)) &&
    typeof event.type === 'string' &&
    Number.isSafeInteger(event.created) &&
    typeof event.data?.object === 'object'
  );
}

const invalid = (): Problem => new Problem('signature_invalid');
