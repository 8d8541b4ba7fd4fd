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

const STATUS = { status: 200, description: 'Where you stand now.', type: SubscriptionStatusDto };

@ApiTags('Subscription')
@Controller()
export class SubscriptionController {
  constructor(
    private readonly subscriptions: SubscriptionService,
    private readonly addresses: ReturnAddresses,
  ) {}

  @Get(['subscription/status', 'subscribe/status'])
  @Operation({
    summary: 'See where you stand with Pro',
    description:
      'As it is known here. On coming back from paying, call POST /subscription/sync once instead.',
    success: STATUS,
  })
  getSubscriptionStatus(@CurrentUser() user: Principal): Promise<SubscriptionStatusDto> {
    return this.subscriptions.status(user.userId);
  }

  @Post('subscription/sync')
  @Operation({
    summary: 'Ask Stripe where you stand',
    description: 'Call it once on return from paying: people are faster than webhooks.',
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
    description: 'What is paid for stays until then. Twice is as good as once.',
    success: STATUS,
    errors: ['no_subscription', ...REFUSED_BY_STRIPE],
    takesBody: true,
  })
  cancelSubscription(@Body() _: NoBodyDto, @CurrentUser() user: Principal): Promise<SubscriptionStatusDto> {
    return this.subscriptions.cancel(user.userId);
  }

  @Post('subscription/resume')
  @Operation({
    summary: 'Take the cancelling back',
    description: 'Pro goes on after the end of the period that is paid for.',
    success: STATUS,
    errors: ['no_subscription', 'not_cancelling', ...REFUSED_BY_STRIPE],
    takesBody: true,
  })
  resumeSubscription(@Body() _: NoBodyDto, @CurrentUser() user: Principal): Promise<SubscriptionStatusDto> {
    return this.subscriptions.resume(user.userId);
  }

  @Post('subscription/portal')
  @Operation({
    summary: 'Get to Stripe’s page for cards and invoices',
    description:
      'A link to Stripe’s customer portal. It is for this person, and short-lived: open it at once.',
    success: {
      status: 201,
      description: 'Its address, good for minutes.',
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
    description: 'Newest first, as Stripe has them.',
    success: { status: 200, description: 'A page of invoices.', type: InvoicePage },
    errors: REFUSED_BY_STRIPE,
  })
  listInvoices(@CurrentUser() user: Principal, @Query() query: PageQuery): Promise<Page<InvoiceDto>> {
    return this.subscriptions.invoices(user.userId, query);
  }
}
