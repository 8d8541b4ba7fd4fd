import { Get, Query } from '@nestjs/common';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminListOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AdminBillingService } from './admin-billing.service.js';
import { AdminSubscriptionPage, SubscriptionsQuery, AdminSubscriptionDto } from './admin-subscription.dto.js';

@AdminController('subscriptions')
export class AdminSubscriptionsController {
  constructor(private readonly billing: AdminBillingService) {}

  @Get()
  @AdminListOperation({
    item: AdminSubscriptionDto,
    summary: 'List subscriptions',
    description: 'The stored state, without a call to Stripe.',
    shown: 'A page of subscriptions.',
    page: AdminSubscriptionPage,
  })
  listSubscriptions(
    @CurrentOperator() operator: Operator,
    @Query() query: SubscriptionsQuery,
  ): Promise<Page<AdminSubscriptionDto>> {
    return this.billing.listSubscriptions(operator, query);
  }
}
