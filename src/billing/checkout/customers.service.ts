import { Injectable, Logger } from '@nestjs/common';
import type Stripe from 'stripe';
import { Problem } from '../../platform/problem/problem.js';
import type { User } from '../../users/user.entity.js';
import { UsersService } from '../../users/users.service.js';
import { BillingAccountsRepository, type BillingAccount } from '../sync/billing-accounts.repository.js';
import { textOf } from '../stripe/answer.js';
import type { CallBudget } from '../stripe/call-budget.js';
import { isBroken, isMissing, StripeApi, StripeRefusal } from '../stripe/stripe-api.js';

/** Creates and finds Stripe customers: one per user. */
@Injectable()
export class Customers {
  private readonly logger = new Logger('Customers');

  constructor(
    private readonly api: StripeApi,
    private readonly accounts: BillingAccountsRepository,
    private readonly users: UsersService,
  ) {}

  /**
   * Returns the user's customer, creating it if there is none. The caller holds the billing lease.
   * @throws StripeUnavailable; Problem `session_ended` when the account is gone
   */
  async of(account: BillingAccount, budget: CallBudget): Promise<string> {
    const { userId, customerId } = account;
    if (customerId !== null) return customerId;
    const user = await this.users.find(userId);
    if (!user) throw new Problem('session_ended');
    const id = await this.make(account, budget);
    await this.prefill(id, profileOf(user), budget);
    await this.accounts.setCustomer(userId, id);
    return id;
  }

  /** Stores the known profile at the customer. A field that Stripe refuses is left out: a prefill must not prevent a payment. */
  private async prefill(id: string, profile: Stripe.CustomerUpdateParams, budget: CallBudget): Promise<void> {
    if (Object.keys(profile).length === 0) return;
    try {
      await this.api.ask(budget, (stripe, options) => stripe.customers.update(id, profile, options));
    } catch (error) {
      if (!(error instanceof StripeRefusal)) throw error;
      const { [error.cause.param as keyof typeof profile]: refused, ...rest } = profile;
      if (refused !== undefined) await this.prefill(id, rest, budget);
    }
  }

  /**
   * Creates the customer. Its Idempotency-Key names the user and the generation, nothing that may change: a later try,
   * after a crash or when the account is closed, gets the same customer.
   */
  async make({ userId, generation }: BillingAccount, budget: CallBudget): Promise<string> {
    try {
      const made = await this.api.ask(budget, (stripe, options) =>
        stripe.customers.create(
          { metadata: { user_id: userId } },
          { ...options, idempotencyKey: `customer:${userId}:${generation}` },
        ),
      );
      return textOf(made.id);
    } catch (error) {
      if (isBroken(error)) await this.accounts.raiseGeneration(userId);
      throw error;
    }
  }

  /**
   * Tells whether Stripe has deleted the customer. `resource_missing` alone does not prove it: a wrong key or price causes
   * it, too, and a paying customer must not be forgotten for that. Only `deleted: true` counts.
   */
  async isDeleted(customerId: string, budget: CallBudget): Promise<boolean> {
    try {
      const customer = await this.api.ask(budget, (stripe, options) =>
        stripe.customers.retrieve(customerId, {}, options),
      );
      return customer.deleted === true;
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.logger.error(
        `customer ${customerId} not found at Stripe, keeping it: check that STRIPE_SECRET_KEY belongs to the same account as before`,
      );
      return false;
    }
  }
}

/** The fields that the user has set. No placeholders: an invented address would get real invoices. */
const profileOf = ({ mobileNumber, email, name }: User): Stripe.CustomerUpdateParams => ({
  ...(mobileNumber !== null && { phone: mobileNumber }),
  ...(email !== null && { email }),
  ...(name !== null && { name }),
});
