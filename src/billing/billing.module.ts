import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { BillingAccountsRepository } from './sync/billing-accounts.repository.js';
import { BillingClosing } from './account/billing-closing.service.js';
import { BillingDeletionStep } from './account/billing-deletion.step.js';
import { BillingQueue } from './sync/billing-queue.js';
import { Customers } from './checkout/customers.service.js';
import { BillingSync } from './sync/billing-sync.service.js';
import { StripeApi } from './stripe/stripe-api.js';
import { SubscriptionReader } from './stripe/subscription-reader.js';
import { SubscriptionsModule } from './subscription/subscriptions.module.js';

/** What makes the tier equal to what Stripe holds: in every process. */
@Module({
  imports: [UsersModule, SubscriptionsModule],
  providers: [
    BillingAccountsRepository,
    BillingClosing,
    BillingDeletionStep,
    BillingQueue,
    BillingSync,
    Customers,
    StripeApi,
    SubscriptionReader,
  ],
  exports: [
    BillingAccountsRepository,
    BillingClosing,
    BillingQueue,
    BillingSync,
    Customers,
    StripeApi,
    SubscriptionsModule,
  ],
})
export class BillingModule {}
