import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { NoBodyDto } from '../../platform/fields/no-body.dto.js';
import { PAGE_LOCATION_HEADER } from '../../platform/openapi/shared-headers.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { PageQuery, type Page } from '../../platform/fields/page.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { InvoicePage, type InvoiceDto } from './invoice.dto.js';
import { ReturnAddresses } from '../checkout/return-addresses.js';
import { PortalDto, PortalInputDto } from '../checkout/subscribe.dto.js';
import { SubscriptionStatusDto } from './subscription.dto.js';
import { SubscriptionService } from './subscription.service.js';
import { REFUSED_BY_STRIPE } from '../stripe/refusals.js';

const STATUS = { status: 200, description: 'The subscription’s current state.', type: SubscriptionStatusDto };

@ApiTags('Subscription')
@Controller()
export class SubscriptionController {
  constructor(
    private readonly subscriptions: SubscriptionService,
    private readonly addresses: ReturnAddresses,
  ) {}

  @Get(['subscription/status', 'subscribe/status'])
  @Operation({
    summary: 'Get the subscription status',
    description:
      'The stored state, without a call to Stripe. After the return from a payment call POST /subscription/sync once instead.',
    success: STATUS,
  })
  getSubscriptionStatus(@CurrentUser() user: Principal): Promise<SubscriptionStatusDto> {
    return this.subscriptions.status(user.userId);
  }

  @Post('subscription/sync')
  @Operation({
    summary: 'Refresh the subscription status from Stripe',
    description: 'Call it once after the return from a payment: the user may arrive before Stripe’s webhook.',
    success: STATUS,
    errors: REFUSED_BY_STRIPE,
    takesBody: true,
  })
  syncSubscription(@Body() _: NoBodyDto, @CurrentUser() user: Principal): Promise<SubscriptionStatusDto> {
    return this.subscriptions.ask(user.userId);
  }

  @Post('subscription/cancel')
  @Operation({
    summary: 'Cancel Pro at the end of the period',
    description: 'Pro lasts until the end of the paid period. Calling it again changes nothing.',
    success: STATUS,
    errors: ['no_subscription', ...REFUSED_BY_STRIPE],
    takesBody: true,
  })
  cancelSubscription(@Body() _: NoBodyDto, @CurrentUser() user: Principal): Promise<SubscriptionStatusDto> {
    return this.subscriptions.cancel(user.userId);
  }

  @Post('subscription/resume')
  @Operation({
    summary: 'Undo the cancellation',
    description: 'The subscription renews at the end of the paid period again.',
    success: STATUS,
    errors: ['no_subscription', 'not_cancelling', ...REFUSED_BY_STRIPE],
    takesBody: true,
  })
  resumeSubscription(@Body() _: NoBodyDto, @CurrentUser() user: Principal): Promise<SubscriptionStatusDto> {
    return this.subscriptions.resume(user.userId);
  }

  @Post('subscription/portal')
  @Operation({
    summary: 'Open Stripe’s customer portal',
    description:
      'Returns a link to Stripe’s page for cards, invoices and cancellation. It is for this user only and expires after minutes: open it at once.',
    success: {
      status: 201,
      description: 'The portal’s address, valid for minutes.',
      type: PortalDto,
      headers: { Location: PAGE_LOCATION_HEADER },
    },
    errors: ['no_subscription', ...REFUSED_BY_STRIPE],
    takesBody: true,
  })
  async openPortal(
    @CurrentUser() user: Principal,
    @Body() body: PortalInputDto,
  ): Promise<HttpAnswer<PortalDto>> {
    const url = await this.subscriptions.portal(user.userId, this.addresses.portal(body.return_url));
    return new HttpAnswer({ url }, { Location: url });
  }

  @Get('subscription/invoices')
  @Operation({
    summary: 'List your invoices',
    description: 'Newest first, read from Stripe.',
    success: { status: 200, description: 'A page of invoices.', type: InvoicePage },
    errors: REFUSED_BY_STRIPE,
  })
  listInvoices(@CurrentUser() user: Principal, @Query() query: PageQuery): Promise<Page<InvoiceDto>> {
    return this.subscriptions.invoices(user.userId, query);
  }
}
