import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UsersModule } from '../users/users.module.js';
import { BillingAccountsRepository } from './billing-accounts.repository.js';
import { BillingClosing } from './billing-closing.service.js';
import { BillingDeletionStep } from './billing-deletion.step.js';
import { BillingQueue } from './billing-queue.js';
import { Customers } from './customers.service.js';
import { BillingSync } from './billing-sync.service.js';
import { StripeApi } from './stripe/stripe-api.js';
import { SubscriptionReader } from './stripe/subscription-reader.js';
import { Subscription } from './subscription.entity.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/** What makes the tier equal to what Stripe holds: in every process. */
@Module({
  imports: [UsersModule, TypeOrmModule.forFeature([Subscription])],
  providers: [
    BillingAccountsRepository,
    BillingClosing,
    BillingDeletionStep,
    BillingQueue,
    BillingSync,
    Customers,
    StripeApi,
    SubscriptionReader,
    SubscriptionsRepository,
  ],
  exports: [
    BillingAccountsRepository,
    BillingClosing,
    BillingQueue,
    BillingSync,
    Customers,
    StripeApi,
    SubscriptionsRepository,
  ],
})
export class BillingModule {}
