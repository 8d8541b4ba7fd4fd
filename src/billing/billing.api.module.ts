import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { BillingExport } from './account/billing-export.js';
import { CheckoutService } from './checkout/checkout.service.js';
import { CheckoutSessionsRepository } from './checkout/checkout-sessions.repository.js';
import { ReturnAddresses } from './checkout/return-addresses.js';
import { SubscribeController } from './checkout/subscribe.controller.js';
import { SubscribePages } from './checkout/subscribe-pages.js';
import { SubscribeService } from './checkout/subscribe.service.js';
import { SubscriptionController } from './subscription/subscription.controller.js';
import { SubscriptionService } from './subscription/subscription.service.js';
import { BillingLease } from './sync/billing-lease.service.js';

/** The routes of checkout, portal and subscription. */
@Module({
  imports: [UsersModule],
  controllers: [SubscribeController, SubscriptionController],
  providers: [
    BillingExport,
    BillingLease,
    CheckoutService,
    CheckoutSessionsRepository,
    ReturnAddresses,
    SubscribePages,
    SubscribeService,
    SubscriptionService,
  ],
  exports: [SubscriptionService],
})
export class BillingApiModule {}
