import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { Problem } from '../platform/http/problem.js';
import { UsersService } from '../users/users.service.js';
import { BillingAccountsRepository, type BillingAccount } from './billing-accounts.repository.js';
import type { Patience } from './stripe/patience.js';
import { StripeApi } from './stripe/stripe-api.js';

/** One customer a person. */
@Injectable()
export class Customers {
  constructor(
    private readonly api: StripeApi,
    private readonly accounts: BillingAccountsRepository,
    private readonly users: UsersService,
  ) {}

  /**
   * The person's customer, made if there is none: within a turn, and under a key that gives the same customer to whoever
   * comes after a crash in between.
   * @throws StripeUnavailable; Problem `session_ended` when the account is gone
   */
  async of({ userId, customerId, generation }: BillingAccount, patience: Patience): Promise<string> {
    if (customerId !== null) return customerId;
    const user = await this.users.find(userId);
    if (!user) throw new Problem('session_ended');
    // What the person has told us and nothing that we make up: an invented address would get real invoices.
    const about: Stripe.CustomerCreateParams = {
      ...(user.mobileNumber !== null && { phone: user.mobileNumber }),
      ...(user.email !== null && { email: user.email }),
      ...(user.name !== null && { name: user.name }),
      metadata: { user_id: userId },
    };
    // With what is told: Stripe refuses a key that comes back with something else.
    const told = createHash('sha256').update(JSON.stringify(about)).digest('base64url').slice(0, 16);
    const idempotencyKey = `customer:${userId}:${generation}:${told}`;
    const { id } = await this.api.ask(patience, (stripe, options) =>
      stripe.customers.create(about, { ...options, idempotencyKey }),
    );
    await this.accounts.setCustomer(userId, id);
    return id;
  }
}
