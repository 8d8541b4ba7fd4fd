import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { NoBodyDto } from '../../platform/fields/no-body.dto.js';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminListOperation, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { EventIdPipe } from './event-id.pipe.js';
import { AdminBillingService } from './admin-billing.service.js';
import { AdminEventDto, AdminEventPage, EventsQuery } from './admin-event.dto.js';

@AdminController('webhook-events')
export class AdminEventsController {
  constructor(private readonly billing: AdminBillingService) {}

  @Get()
  @AdminListOperation({
    item: AdminEventDto,
    summary: 'List Stripe’s events',
    description: 'Newest first. Events are kept for 90 days.',
    shown: 'A page of events.',
    page: AdminEventPage,
  })
  listWebhookEvents(
    @CurrentOperator() operator: Operator,
    @Query() query: EventsQuery,
  ): Promise<Page<AdminEventDto>> {
    return this.billing.listEvents(operator, query);
  }

  @Post(':id/replay')
  @ApiParam({ name: 'id', description: 'Stripe’s id of the event.', example: 'evt_1QyZ' })
  @AdminOperation({
    summary: 'Replay an event',
    description: 'Handles the event again, in any state, by a sync with Stripe. It is safe to repeat.',
    success: { status: 202, description: 'A worker will handle it.', type: AdminEventDto },
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
