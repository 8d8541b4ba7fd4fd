import { Inject, Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { newId } from '../../platform/crypto/id.js';
import { Problem } from '../../platform/problem/problem.js';
import { BillingAccountsRepository, type BillingAccount } from '../sync/billing-accounts.repository.js';
import { BillingSync } from '../sync/billing-sync.service.js';
import { BillingLease } from '../sync/billing-lease.service.js';
import { CheckoutSessionsRepository, type CheckoutSession } from './checkout-sessions.repository.js';
import { Customers } from './customers.service.js';
import { isOngoing } from '../sync/current-subscription.js';
import { momentOf, rowsOf, textOf } from '../stripe/answer.js';
import { CallBudget } from '../stripe/call-budget.js';
import {
  ignoreMissing,
  isMissing,
  StripeApi,
  StripeRefusal,
  StripeUnavailable,
} from '../stripe/stripe-api.js';

/** What somebody wants to pay for, and where they come back to. */
export interface CheckoutRequest {
  priceId: string;
  successUrl: string;
  cancelUrl: string;
}

/** A page to pay on. */
export interface Checkout extends CheckoutSession {
  /** Under which it is kept here. */
  id: string;
  isNew: boolean;
}

/** More can never be open: each new one closes the others. */
const MAX_OPEN = 100;

/** Leads people to a page of Stripe's: one customer, one open page and one subscription each, however often they ask. */
@Injectable()
export class CheckoutService {
  /** By person and wish: who asks in parallel is given the same answer. */
  private readonly opening = new Map<string, Promise<Checkout>>();

  constructor(
    private readonly api: StripeApi,
    private readonly lease: BillingLease,
    private readonly accounts: BillingAccountsRepository,
    private readonly customers: Customers,
    private readonly sessions: CheckoutSessionsRepository,
    private readonly sync: BillingSync,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * A page on which the person can pay: the one that is open, or a new one.
   * @throws Problem `already_subscribed`, `unavailable`
   */
  open(userId: string, request: CheckoutRequest): Promise<Checkout> {
    const key = JSON.stringify([userId, request]);
    let opening = this.opening.get(key);
    if (!opening) {
      const budget = CallBudget.ofRequest();
      opening = StripeApi.forRequest(
        this.lease.take(userId, budget, (account) => this.openUnderLease(account, request, budget)),
      ).finally(() => this.opening.delete(key));
      this.opening.set(key, opening);
    }
    return opening;
  }

  /** Where Stripe has deleted the customer meanwhile, another is made. */
  private async openUnderLease(
    account: BillingAccount,
    request: CheckoutRequest,
    budget: CallBudget,
  ): Promise<Checkout> {
    try {
      return await this.findOrMake(account, request, budget);
    } catch (error) {
      const { userId, customerId, generation } = account;
      if (!isMissing(error) || customerId === null || !(await this.customers.isDeleted(customerId, budget)))
        throw error;
      await this.accounts.forgetCustomer(userId, customerId);
      return this.findOrMake({ userId, customerId: null, generation: generation + 1 }, request, budget);
    }
  }

  private async findOrMake(
    account: BillingAccount,
    request: CheckoutRequest,
    budget: CallBudget,
  ): Promise<Checkout> {
    const { userId } = account;
    // What there is is asked of Stripe, not of ourselves: an event, or an answer, may have been lost.
    if (account.customerId !== null) await this.assertFree(userId, budget);
    const known = (await this.accounts.find(userId)) ?? account;
    const customerId = await this.customers.of(known, budget);
    const open = known.customerId === null ? null : await this.findOpen(customerId, request, budget);
    const session = open ?? (await this.make(userId, customerId, request, budget));
    const id = await this.sessions.keep(userId, session, this.clock.now());
    return { ...session, id, isNew: open === null };
  }

  /** @throws Problem `already_subscribed` */
  private async assertFree(userId: string, budget: CallBudget): Promise<void> {
    const { subscriptions } = await this.sync.syncUser(userId, budget);
    if (subscriptions.some(isOngoing))
      throw new Problem('already_subscribed', undefined, { extra: { manage: '/subscription/portal' } });
    // Its first payment never came. It might yet: then there would be two.
    for (const { id, status } of subscriptions) {
      if (status !== 'incomplete') continue;
      await this.api
        .ask(budget, (stripe, options) => stripe.subscriptions.cancel(id, {}, options))
        .catch(ignoreMissing);
    }
  }

  /** The page that is open for this wish; those for another are closed, so that nobody pays twice. */
  private async findOpen(
    customerId: string,
    { priceId }: CheckoutRequest,
    budget: CallBudget,
  ): Promise<CheckoutSession | null> {
    const found = await this.api.ask(budget, (stripe, options) =>
      stripe.checkout.sessions.list({ customer: customerId, status: 'open', limit: MAX_OPEN }, options),
    );
    const sessions = rowsOf(found);
    const good = sessions.find(({ metadata, url }) => metadata?.['price_id'] === priceId && url !== null);
    for (const { id } of sessions) {
      if (id === good?.id) continue;
      await this.close(id, budget);
    }
    return good ? toSession(good) : null;
  }

  /** Only an open page can be closed: one that was paid just now has to be looked at anew. */
  private async close(sessionId: string, budget: CallBudget): Promise<void> {
    try {
      await this.api.ask(budget, (stripe, options) =>
        stripe.checkout.sessions.expire(sessionId, {}, options),
      );
    } catch (error) {
      throw error instanceof StripeRefusal ? new StripeUnavailable(error) : error;
    }
  }

  private async make(
    userId: string,
    customerId: string,
    request: CheckoutRequest,
    budget: CallBudget,
  ): Promise<CheckoutSession> {
    const params = this.paramsOf(userId, customerId, request);
    const made = await this.api.ask(budget, (stripe, options) =>
      stripe.checkout.sessions.create(params, { ...options, idempotencyKey: `checkout:${newId()}` }),
    );
    return toSession(made);
  }

  private paramsOf(
    userId: string,
    customerId: string,
    { priceId, successUrl, cancelUrl }: CheckoutRequest,
  ): Stripe.Checkout.SessionCreateParams {
    const { automaticTax, promotionCodes } = this.config.billing;
    return {
      mode: 'subscription',
      customer: customerId,
      client_reference_id: userId,
      metadata: { user_id: userId, price_id: priceId },
      subscription_data: { metadata: { user_id: userId } },
      line_items: [{ price: priceId, quantity: 1 }],
      success_url: successUrl,
      cancel_url: cancelUrl,
      ...(promotionCodes && { allow_promotion_codes: true }),
      // Tax needs to know where the customer is: what is typed in at the checkout is kept.
      ...(automaticTax && {
        automatic_tax: { enabled: true },
        customer_update: { address: 'auto' as const },
      }),
    };
  }
}

/** @throws StripeUnavailable for a session without a page to pay on, or without its end */
function toSession({ id, url, expires_at: end }: Stripe.Checkout.Session): CheckoutSession {
  const expiresAt = momentOf(end);
  if (!expiresAt) throw new StripeUnavailable('the session has no end');
  return { sessionId: textOf(id), url: textOf(url), expiresAt };
}
