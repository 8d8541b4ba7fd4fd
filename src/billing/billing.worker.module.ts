import { Module } from '@nestjs/common';
import { CheckoutSessionsRepository } from './checkout/checkout-sessions.repository.js';
import { BillingProcessor } from './sync/billing.processor.js';
import { BillingSweeper } from './sync/billing-sweeper.js';

/** Compares with Stripe every night, and closes the billing of deleted accounts. */
@Module({ providers: [BillingProcessor, BillingSweeper, CheckoutSessionsRepository] })
export class BillingWorkerModule {}
