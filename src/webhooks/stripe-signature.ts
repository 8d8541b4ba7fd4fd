import { Inject, Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Clock } from '../platform/clock/clock.js';
import { Problem } from '../platform/problem/problem.js';
import { STRIPE_ENDPOINT } from '../billing/stripe/stripe-endpoint.js';
import type { StripeSettings } from '../platform/config/config.js';

/** Tolerated difference of its time from ours, either way (https://docs.stripe.com/webhooks#replay-attacks). */
const TOLERANCE_SECONDS = 300;

/** Verifies the signatures of Stripe's events. */
@Injectable()
export class StripeSignature {
  constructor(
    @Inject(STRIPE_ENDPOINT) private readonly endpoint: StripeSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the text that was signed with one of the secrets.
   * @param body the bytes as received
   * @throws Problem `signature_invalid`
   */
  verify(body: unknown, header: unknown): string {
    if (!Buffer.isBuffer(body) || body.length === 0 || typeof header !== 'string') throw invalid();
    const nowMs = this.clock.now().getTime();
    if (!isTimely(header, nowMs / 1000)) throw invalid();
    if (!this.endpoint.webhookSecrets.some((secret) => isSigned(body, header, secret, nowMs)))
      throw invalid();
    return body.toString();
  }
}

/** Gives no reason: the sender of a wrong signature must not learn what is wrong. */
function isSigned(body: Buffer, header: string, secret: string, nowMs: number): boolean {
  try {
    return Stripe.webhooks.signature!.verifyHeader(body, header, secret, TOLERANCE_SECONDS, undefined, nowMs);
  } catch {
    return false;
  }
}

/** Checks the time both ways: the SDK accepts future times. Exactly one time, so that the SDK and this check read the same. */
function isTimely(header: string, nowSeconds: number): boolean {
  const moments = header.split(',').filter((part) => part.trim().startsWith('t='));
  const [, digits] = /^\s*t=(\d{1,12})\s*$/.exec(moments[0] ?? '') ?? [];
  return (
    moments.length === 1 && digits !== undefined && Math.abs(nowSeconds - Number(digits)) <= TOLERANCE_SECONDS
  );
}

const invalid = (): Problem => new Problem('signature_invalid');
