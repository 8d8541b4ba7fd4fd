import { Inject, Injectable } from '@nestjs/common';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import type { Idempotency } from '../../platform/idempotency/idempotency.js';
import { IdempotencyKeys } from '../../platform/idempotency/idempotency-keys.service.js';
import { Problem } from '../../platform/problem/problem.js';
import { CheckoutService, type Checkout, type CheckoutRequest } from './checkout.service.js';
import { CheckoutSessionsRepository, type CheckoutSession } from './checkout-sessions.repository.js';
import { ReturnAddresses } from './return-addresses.js';
import { STRIPE_ENDPOINT } from '../stripe/stripe-endpoint.js';
import type { StripeSettings } from '../../platform/config/config.js';
import { toCheckout, type CheckoutDto, type SubscribeDto } from './subscribe.dto.js';

/** POST /subscribe/pro: checks the request and opens a checkout page, with an Idempotency-Key at most once. */
@Injectable()
export class SubscribeService {
  constructor(
    private readonly checkouts: CheckoutService,
    private readonly sessions: CheckoutSessionsRepository,
    private readonly keys: IdempotencyKeys,
    private readonly addresses: ReturnAddresses,
    @Inject(STRIPE_ENDPOINT) private readonly endpoint: StripeSettings,
  ) {}

  /**
   * @throws Problem `already_subscribed`, `validation_failed`, `idempotency_key_reused`, `idempotency_in_progress`,
   * `unavailable`
   */
  async subscribe(
    userId: string,
    body: SubscribeDto,
    idempotency: Idempotency | null,
  ): Promise<HttpAnswer<CheckoutDto>> {
    const request = this.toRequest(body);
    let opened: Checkout | null = null;
    // Safe to repeat: an open page is returned again, and a new page expires the others.
    const { resourceId, replayed } = await this.keys.onceRepeatable(userId, idempotency, async () => {
      opened = await this.checkouts.open(userId, request);
      return opened.id;
    });
    if (opened === null) {
      const session = await this.sessions.findOwned(userId, resourceId);
      if (session) return answer(session, true, 200);
    }
    // The stored session may be purged before its key. The request then counts as a first one.
    const checkout: Checkout = opened ?? (await this.checkouts.open(userId, request));
    const isFirst = opened === null || !replayed;
    return answer(checkout, !isFirst, isFirst && checkout.isNew ? 201 : 200);
  }

  private toRequest({ success_url, cancel_url, price_id }: SubscribeDto): CheckoutRequest {
    const { pricesPro } = this.endpoint;
    const priceId = price_id ?? pricesPro[0]!;
    if (!pricesPro.includes(priceId))
      throw Problem.field(
        'price_id',
        'not_allowed',
        'price_id must be one of the prices listed in STRIPE_PRICE_PRO_ID. Leave it out for the first one.',
      );
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
