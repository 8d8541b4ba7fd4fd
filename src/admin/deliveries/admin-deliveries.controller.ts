import { Body, Get, Post, Query } from '@nestjs/common';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import { NoBodyDto } from '../../platform/fields/no-body.dto.js';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminListOperation, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AdminDeliveriesService } from './admin-deliveries.service.js';
import { AdminDeliveryDto, AdminDeliveryPage, DeliveriesQuery } from './admin-delivery.dto.js';

@AdminController('deliveries')
export class AdminDeliveriesController {
  constructor(private readonly deliveries: AdminDeliveriesService) {}

  @Get()
  @AdminListOperation({
    item: AdminDeliveryDto,
    summary: 'List events for the app’s server',
    description:
      'Newest first. A delivered event is kept for 7 days, a failed one for 30. Empty while EVENTS_WEBHOOK_URL is not set.',
    shown: 'A page of deliveries.',
    page: AdminDeliveryPage,
  })
  listDeliveries(
    @CurrentOperator() operator: Operator,
    @Query() query: DeliveriesQuery,
  ): Promise<Page<AdminDeliveryDto>> {
    return this.deliveries.list(operator, query);
  }

  @Post(':id/replay')
  @ApiIdParam('id', 'The event.')
  @AdminOperation({
    summary: 'Send an event again',
    description:
      'Sends the event again, in any state, under the same `webhook-id`, for up to three days. A receiver that knows the id ignores it.',
    success: { status: 202, description: 'A worker will send it.', type: AdminDeliveryDto },
    takesBody: true,
  })
  replayDelivery(
    @IdParam('id') id: string,
    @Body() _: NoBodyDto,
    @CurrentOperator() operator: Operator,
  ): Promise<AdminDeliveryDto> {
    return this.deliveries.replay(operator, id);
  }
}
