import { Injectable, Logger } from '@nestjs/common';
import type Stripe from 'stripe';
import { Problem } from '../../platform/problem/problem.js';
import type { User } from '../../users/user.entity.js';
import { UsersService } from '../../users/users.service.js';
import { BillingAccountsRepository, type BillingAccount } from '../sync/billing-accounts.repository.js';
import { textOf } from '../stripe/answer.js';
import type { CallBudget } from '../stripe/call-budget.js';
import { isBroken, isMissing, StripeApi, StripeRefusal } from '../stripe/stripe-api.js';

/** One customer a person. */
@Injectable()
export class Customers {
  private readonly logger = new Logger('Customers');

  constructor(
    private readonly api: StripeApi,
    private readonly accounts: BillingAccountsRepository,
    private readonly users: UsersService,
  ) {}

  /**
   * The person's customer, made if there is none, within a turn.
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

  /** A prefill keeps nobody from paying: what Stripe refuses of it is left out, one field after the other. */
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
   * Makes the customer. The key names the person and nothing that may change: whoever comes after a crash, or to clear up,
   * gets the same one.
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
   * Stripe says that something is missing: is it the customer? Only what Stripe itself calls deleted is let go, because
   * a wrong key or price makes things missing, too, and whoever has paid must not be forgotten for that.
   */
  async isDeleted(customerId: string, budget: CallBudget): Promise<boolean> {
    try {
      const customer = await this.api.ask(budget, (stripe, options) =>
        stripe.customers.retrieve(customerId, {}, options),
      );
      return customer.deleted === true;
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.logger.error(`customer ${customerId} is not known to Stripe: is this the key of another account?`);
      return false;
    }
  }
}

/** What the person has told us and nothing that we make up: an invented address would get real invoices. */
const profileOf = ({ mobileNumber, email, name }: User): Stripe.CustomerUpdateParams => ({
  ...(mobileNumber !== null && { phone: mobileNumber }),
  ...(email !== null && { email }),
  ...(name !== null && { name }),
});
