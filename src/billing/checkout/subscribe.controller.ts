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
      'Leads to a page of Stripe’s on which to pay. As long as one is open it is given again: two tabs are one subscription. Coming back from it grants nothing; POST /subscription/sync tells.',
    success: [
      { status: 201, description: 'A new page to pay on.', type: CheckoutDto, headers: PAGE_HEADERS },
      {
        status: 200,
        description: 'The page that is open already, or that an earlier request was given.',
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
    summary: 'The page after paying',
    description: 'Where none of yours is configured. It grants nothing.',
    access: 'open',
    success: { status: 200, description: 'A page for people.', page: true },
  })
  showSubscribed(): HttpAnswer<string> {
    return this.pages.success;
  }

  @Get('subscribe/cancel')
  @ProducesOnly(HTML)
  @Operation({
    summary: 'The page after not paying',
    description: 'Where none of yours is configured.',
    access: 'open',
    success: { status: 200, description: 'A page for people.', page: true },
  })
  showNotSubscribed(): HttpAnswer<string> {
    return this.pages.cancel;
  }
}
