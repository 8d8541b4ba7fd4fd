import { Module } from '@nestjs/common';
import { BillingModule } from './billing.module.js';
import { BillingReconciliationModule } from './billing-reconciliation.module.js';
import { BillingSweeper } from './billing-sweeper.js';
import { BillingProcessor } from './billing.processor.js';
import { CheckoutSessionsRepository } from './checkout-sessions.repository.js';

/** The worker's side: the nightly comparison with Stripe, and accounts that are closed. Needs MaintenanceModule beside it. */
@Module({
  imports: [BillingModule, BillingReconciliationModule],
  providers: [BillingProcessor, BillingSweeper, CheckoutSessionsRepository],
})
export class BillingWorkerModule {}
