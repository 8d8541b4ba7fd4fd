import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { HttpAnswer } from '../../platform/http/http-answer.js';
import type { Idempotency } from '../../platform/idempotency/idempotency.js';
import { IdempotencyRepository } from '../../platform/idempotency/idempotency.repository.js';
import { Problem } from '../../platform/problem/problem.js';
import { CheckoutService, type CheckoutWish } from './checkout.service.js';
import { CheckoutSessionsRepository, type CheckoutSession } from './checkout-sessions.repository.js';
import { ReturnAddresses } from './return-addresses.js';
import { STRIPE_ENDPOINT } from '../stripe/stripe-endpoint.js';
import type { StripeSettings } from '../../platform/config/config.js';
import { toCheckout, type CheckoutDto, type SubscribeDto } from './subscribe.dto.js';

/** POST /subscribe/pro: what is asked for, checked; and with an Idempotency-Key once. */
@Injectable()
export class SubscribeService {
  constructor(
    private readonly checkouts: CheckoutService,
    private readonly sessions: CheckoutSessionsRepository,
    private readonly keys: IdempotencyRepository,
    private readonly addresses: ReturnAddresses,
    private readonly clock: Clock,
    @Inject(STRIPE_ENDPOINT) private readonly endpoint: StripeSettings,
  ) {}

  /**
   * @param refusal of the minute's limit, from which only a replay is free
   * @throws Problem `already_subscribed`, `validation_failed`, `idempotency_key_reused`, `idempotency_in_progress`,
   * `unavailable`, and the refusal
   */
  async subscribe(
    userId: string,
    body: SubscribeDto,
    idempotency: Idempotency | null,
    refusal: Problem | null,
  ): Promise<HttpAnswer<CheckoutDto>> {
    const wish = this.wishOf(body);
    const known = idempotency && (await this.keys.find(userId, idempotency, this.clock.now()));
    const session = known === null ? null : await this.sessions.findOwned(userId, known);
    if (session) return answer(session, true, 200);
    if (refusal) throw refusal;
    const checkout = await this.checkouts.open(userId, wish);
    const isFirst =
      !idempotency || (await this.keys.keep(userId, idempotency, checkout.id, this.clock.now()));
    return answer(checkout, !isFirst, isFirst && checkout.isNew ? 201 : 200);
  }

  private wishOf({ success_url, cancel_url, price_id }: SubscribeDto): CheckoutWish {
    const { pricesPro } = this.endpoint;
    const priceId = price_id ?? pricesPro[0]!;
    if (!pricesPro.includes(priceId))
      throw Problem.field('price_id', 'not_allowed', 'price_id is none of the prices that are Pro.');
    return {
      priceId,
      successUrl: this.addresses.success(success_url),
      cancelUrl: this.addresses.cancel(cancel_url),
    };
  }
}

const answer = (session: CheckoutSession, isReplayed: boolean, status: 200 | 201): HttpAnswer<CheckoutDto> =>
  new HttpAnswer(
    toCheckout(session),
    { Location: session.url, ...(isReplayed && { 'Idempotency-Replayed': 'true' }) },
    status,
  );
