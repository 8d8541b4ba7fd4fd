import { Module } from '@nestjs/common';
import { BillingModule } from './billing.module.js';
import { BillingReconciliationModule } from './sync/billing-reconciliation.module.js';
import { BillingSweeper } from './sync/billing-sweeper.js';
import { BillingProcessor } from './sync/billing.processor.js';
import { CheckoutSessionsRepository } from './checkout/checkout-sessions.repository.js';

/** The worker's side: the nightly comparison with Stripe, and accounts that are closed. Needs MaintenanceModule beside it. */
@Module({
  imports: [BillingModule, BillingReconciliationModule],
  providers: [BillingProcessor, BillingSweeper, CheckoutSessionsRepository],
})
export class BillingWorkerModule {}
