import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { NoBodyDto } from '../../platform/fields/no-body.dto.js';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { EventIdPipe } from './event-id.pipe.js';
import { AdminBillingService } from './admin-billing.service.js';
import { AdminEventDto, AdminEventPage, EventsQuery } from './admin-event.dto.js';

@AdminController('webhook-events')
export class AdminEventsController {
  constructor(private readonly billing: AdminBillingService) {}

  @Get()
  @AdminOperation({
    summary: 'List Stripe’s events',
    description: 'Newest first, as long as they are kept: 90 days.',
    success: { status: 200, description: 'A page of events.', type: AdminEventPage },
  })
  listWebhookEvents(
    @CurrentOperator() operator: Operator,
    @Query() query: EventsQuery,
  ): Promise<Page<AdminEventDto>> {
    return this.billing.listEvents(operator, query);
  }

  @Post(':id/replay')
  @ApiParam({ name: 'id', description: 'The event, by Stripe’s id.', example: 'evt_1QyZ' })
  @AdminOperation({
    summary: 'Have an event worked on again',
    description: 'Whatever became of it. Stripe is asked anew: doing it twice does no harm.',
    success: { status: 202, description: 'A worker takes it on.', type: AdminEventDto },
    takesBody: true,
  })
  replayWebhookEvent(
    @Param('id', new EventIdPipe()) id: string,
    @Body() _: NoBodyDto,
    @CurrentOperator() operator: Operator,
  ): Promise<AdminEventDto> {
    return this.billing.replay(operator, id);
  }
}
