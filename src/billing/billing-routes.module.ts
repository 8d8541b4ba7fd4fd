import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { BillingModule } from './billing.module.js';
import { BillingExport } from './account/billing-export.js';
import { BillingTurns } from './sync/billing-turns.service.js';
import { CheckoutService } from './checkout/checkout.service.js';
import { CheckoutSessionsRepository } from './checkout/checkout-sessions.repository.js';
import { ReturnAddresses } from './checkout/return-addresses.js';
import { SubscribeController } from './checkout/subscribe.controller.js';
import { SubscribePages } from './checkout/subscribe-pages.js';
import { SubscribeService } from './checkout/subscribe.service.js';
import { SubscriptionController } from './subscription/subscription.controller.js';
import { SubscriptionService } from './subscription/subscription.service.js';

/** The routes about paying. Not loaded with BILLING=off. */
@Module({
  imports: [UsersModule, BillingModule],
  controllers: [SubscribeController, SubscriptionController],
  providers: [
    BillingExport,
    BillingTurns,
    CheckoutService,
    CheckoutSessionsRepository,
    ReturnAddresses,
    SubscribePages,
    SubscribeService,
    SubscriptionService,
  ],
  exports: [SubscriptionService],
})
export class BillingRoutesModule {}
