import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { StripeSettings } from '../platform/config/config.js';
import { UsersModule } from '../users/users.module.js';
import { BillingClosing } from './account/billing-closing.service.js';
import { BillingDeletionStep } from './account/billing-deletion.step.js';
import { Customers } from './checkout/customers.service.js';
import { StripeApi } from './stripe/stripe-api.js';
import { STRIPE_ENDPOINT } from './stripe/stripe-endpoint.js';
import { SubscriptionReader } from './stripe/subscription-reader.js';
import { Subscription } from './subscription/subscription.entity.js';
import { SubscriptionsRepository } from './subscription/subscriptions.repository.js';
import { BillingAccountsRepository } from './sync/billing-accounts.repository.js';
import { BillingQueue } from './sync/billing-queue.js';
import { BillingReconciliation } from './sync/billing-reconciliation.service.js';
import { BillingSync } from './sync/billing-sync.service.js';
import { ReconciliationsRepository } from './sync/reconciliations.repository.js';
import { SubscriptionEvents } from './sync/subscription-events.js';

const SERVICES = [
  BillingAccountsRepository,
  BillingClosing,
  BillingQueue,
  BillingReconciliation,
  BillingSync,
  Customers,
  StripeApi,
  SubscriptionReader,
];

/**
 * Billing for every process: keeps the tier equal to Stripe's state. Global, because only the composition root knows
 * Stripe's address. With BILLING=off only stored subscriptions can be read.
 */
@Module({})
export class BillingModule {
  /** @param stripe the Stripe account in use; null with BILLING=off */
  static forRoot(stripe: StripeSettings | null): DynamicModule {
    const endpoint: Provider = { provide: STRIPE_ENDPOINT, useValue: stripe };
    const on = stripe === null ? [] : [endpoint, ...SERVICES, BillingDeletionStep, ReconciliationsRepository];
    return {
      module: BillingModule,
      global: true,
      imports: [UsersModule, TypeOrmModule.forFeature([Subscription])],
      providers: [SubscriptionEvents, SubscriptionsRepository, ...on],
      exports: [
        SubscriptionEvents,
        SubscriptionsRepository,
        ...(stripe === null ? [] : [STRIPE_ENDPOINT, ...SERVICES]),
      ],
    };
  }
}
