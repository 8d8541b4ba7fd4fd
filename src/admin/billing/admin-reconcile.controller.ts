import { Body, Post } from '@nestjs/common';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import { NoBodyDto } from '../../platform/fields/no-body.dto.js';
import { AdminController, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AdminBillingService } from './admin-billing.service.js';
import { ReconciledDto } from './reconciled.dto.js';

@AdminController('users')
export class AdminReconcileController {
  constructor(private readonly billing: AdminBillingService) {}

  @Post(':id/reconcile')
  @ApiIdParam('id', 'The account.')
  @AdminOperation({
    summary: 'Sync an account with Stripe',
    description:
      'Reads the user’s subscriptions from Stripe and updates the stored state. `drift` says in what they differed.',
    success: {
      status: 200,
      description: 'The subscription’s state after the sync.',
      type: ReconciledDto,
    },
    takesBody: true,
  })
  reconcileUser(
    @IdParam('id') id: string,
    @Body() _: NoBodyDto,
    @CurrentOperator() operator: Operator,
  ): Promise<ReconciledDto> {
    return this.billing.reconcile(operator, id);
  }
}
