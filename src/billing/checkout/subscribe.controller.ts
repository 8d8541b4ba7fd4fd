import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProducesOnly } from '../../platform/http/responses/accept.js';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { IdempotencyKey, type Idempotency } from '../../platform/idempotency/idempotency.js';
import { PAGE_LOCATION_HEADER, REPLAYED_HEADER } from '../../platform/openapi/shared-headers.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { SubscribeService } from './subscribe.service.js';
import { SubscribePages } from './subscribe-pages.js';
import { CheckoutDto, SubscribeDto } from './subscribe.dto.js';
import { REFUSED_BY_STRIPE } from '../stripe/refusals.js';

const HTML = 'text/html';
const PAGE_HEADERS = { Location: PAGE_LOCATION_HEADER, 'Idempotency-Replayed': REPLAYED_HEADER };

@ApiTags('Subscription')
@Controller()
export class SubscribeController {
  constructor(
    private readonly subscribing: SubscribeService,
    private readonly pages: SubscribePages,
  ) {}

  @Post(['subscribe/pro', 'subscription/pro'])
  @Operation({
    summary: 'Subscribe to Pro',
    description:
      'Returns the address of a Stripe checkout page. While a page is open, further calls return the same page, so two tabs end in one subscription. The return from the page does not grant Pro: call POST /subscription/sync then.',
    success: [
      { status: 201, description: 'A new checkout page.', type: CheckoutDto, headers: PAGE_HEADERS },
      {
        status: 200,
        description:
          'The page that is already open, or the page of an earlier request with this Idempotency-Key.',
        type: CheckoutDto,
        headers: PAGE_HEADERS,
      },
    ],
    errors: ['already_subscribed', ...REFUSED_BY_STRIPE],
    takesBody: true,
    idempotent: true,
  })
  subscribeToPro(
    @CurrentUser() user: Principal,
    @Body() body: SubscribeDto,
    @IdempotencyKey() idempotency: Idempotency | null,
  ): Promise<HttpAnswer<CheckoutDto>> {
    return this.subscribing.subscribe(user.userId, body, idempotency);
  }

  @Get('subscribe/success')
  @ProducesOnly(HTML)
  @Operation({
    summary: 'Show the page after a payment',
    description: 'Used if no success page of your app is configured. Opening it does not grant Pro.',
    access: 'open',
    success: { status: 200, description: 'An HTML page.', page: true },
  })
  showSubscribed(): HttpAnswer<string> {
    return this.pages.success;
  }

  @Get('subscribe/cancel')
  @ProducesOnly(HTML)
  @Operation({
    summary: 'Show the page after a cancelled checkout',
    description: 'Used if no cancel page of your app is configured.',
    access: 'open',
    success: { status: 200, description: 'An HTML page.', page: true },
  })
  showNotSubscribed(): HttpAnswer<string> {
    return this.pages.cancel;
  }
}
