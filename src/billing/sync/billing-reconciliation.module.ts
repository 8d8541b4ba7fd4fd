import { Module } from '@nestjs/common';
import { UsersModule } from '../../users/users.module.js';
import { BillingModule } from '../billing.module.js';
import { BillingReconciliation } from './billing-reconciliation.service.js';
import { ReconciliationsRepository } from './reconciliations.repository.js';

/** The comparison with Stripe: nightly in a worker, and by `npm run billing:reconcile`. */
@Module({
  imports: [UsersModule, BillingModule],
  providers: [BillingReconciliation, ReconciliationsRepository],
  exports: [BillingReconciliation],
})
export class BillingReconciliationModule {}
