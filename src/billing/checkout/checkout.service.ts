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

/** The price to pay, and the addresses to return to. */
export interface CheckoutRequest {
  priceId: string;
  successUrl: string;
  cancelUrl: string;
}

/** A checkout page as the answer names it. */
export interface Checkout extends CheckoutSession {
  /** Our id of the session. */
  id: string;
  isNew: boolean;
}

/** Stripe's largest page. Each new session expires the others, so no customer has that many open. */
const MAX_OPEN = 100;

/**
 * Opens Stripe's checkout page for a user. Repeated and parallel calls end in one customer, one open page and one
 * subscription: the billing lease serializes them, and every call asks Stripe what exists, because an event or an answer
 * may have been lost.
 */
@Injectable()
export class CheckoutService {
  /** Single flight by user and request: parallel calls of this process share one result. */
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
   * Returns the open page for this price, or a new one.
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

  /** Creates another customer where Stripe has deleted the stored one. */
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
    // Reads Stripe, not the database: an event, or an answer, may have been lost.
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
    // An incomplete subscription could still be paid, beside the new one: two subscriptions.
    for (const { id, status } of subscriptions) {
      if (status !== 'incomplete') continue;
      await this.api
        .ask(budget, (stripe, options) => stripe.subscriptions.cancel(id, {}, options))
        .catch(ignoreMissing);
    }
  }

  /** Finds the open page for this price and expires all other open pages: a user cannot pay twice. */
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

  /** Expires an open page. Stripe refuses when the page has just been paid: then the request must start over. */
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
      // Automatic tax needs the customer's address: the one that is typed in at the checkout is stored.
      ...(automaticTax && {
        automatic_tax: { enabled: true },
        customer_update: { address: 'auto' as const },
      }),
    };
  }
}

/** @throws StripeUnavailable for a session without an address or an expiry */
function toSession({ id, url, expires_at: end }: Stripe.Checkout.Session): CheckoutSession {
  const expiresAt = momentOf(end);
  if (!expiresAt) throw new StripeUnavailable('the checkout session has no expiry');
  return { sessionId: textOf(id), url: textOf(url), expiresAt };
}
