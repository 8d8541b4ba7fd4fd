import { Module } from '@nestjs/common';
import { CheckoutSessionsRepository } from './checkout/checkout-sessions.repository.js';
import { BillingProcessor } from './sync/billing.processor.js';
import { BillingSweeper } from './sync/billing-sweeper.js';

/** Jobs of the worker: the nightly comparison with Stripe, and closing the billing of deleted accounts. */
@Module({ providers: [BillingProcessor, BillingSweeper, CheckoutSessionsRepository] })
export class BillingWorkerModule {}
