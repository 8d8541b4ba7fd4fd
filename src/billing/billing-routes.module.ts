import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { BillingModule } from './billing.module.js';
import { BillingExport } from './billing-export.js';
import { BillingTurns } from './billing-turns.service.js';
import { CheckoutService } from './checkout.service.js';
import { CheckoutSessionsRepository } from './checkout-sessions.repository.js';
import { ReturnAddresses } from './return-addresses.js';
import { SubscribeController } from './subscribe.controller.js';
import { SubscribePages } from './subscribe-pages.js';
import { SubscribeService } from './subscribe.service.js';
import { SubscriptionController } from './subscription.controller.js';
import { SubscriptionService } from './subscription.service.js';

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
