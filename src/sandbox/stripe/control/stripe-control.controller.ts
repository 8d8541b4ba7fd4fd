import { Body, Get, Post } from '@nestjs/common';
import { Problem } from '../../../platform/problem/problem.js';
import { SandboxOperation, SandboxRoutes } from '../../sandbox-routes.decorators.js';
import {
  InvalidStripeScriptError,
  parseStripeScripts,
  StripeApiError,
  StripeSandbox,
  type StripeScript,
} from '@chat-backend/stripe-sandbox';
import { doAct } from './acts.js';
import {
  ReleaseStripeWebhooksDto,
  StripeActDto,
  StripeCallsDto,
  StripeEventsDto,
  StripeScriptsDto,
  StripeScriptsTakenDto,
  StripeWebhooksDto,
  StripeWebhooksReleasedDto,
  StripeWebhooksStateDto,
} from './stripe-control.dto.js';
import { toStripeCall, toStripeEvent } from './stripe-control.view.js';

/** More is not read; /v1/events has them all. */
const MAX_EVENTS = 200;

@SandboxRoutes('sandbox/stripe')
export class StripeControlController {
  constructor(private readonly sandbox: StripeSandbox) {}

  @Post('webhooks')
  @SandboxOperation({
    summary: 'Say what becomes of Stripe’s webhooks',
    description: 'Held, late, twice, shuffled or lost; without a field it only tells how things are.',
    success: { status: 200, description: 'How things are now.', type: StripeWebhooksStateDto },
    takesBody: true,
  })
  async setSandboxStripeWebhooks(@Body() body: StripeWebhooksDto): Promise<StripeWebhooksStateDto> {
    const { webhooks } = this.sandbox;
    if (body.mode !== undefined) await webhooks.setMode(body.mode, { lateSeconds: body.late_seconds });
    if (body.secret !== undefined) await webhooks.setSecret(body.secret);
    return webhooks.state();
  }

  @Post('webhooks/release')
  @SandboxOperation({
    summary: 'Deliver the webhooks that are held',
    description: 'Resolves when each was tried.',
    success: {
      status: 200,
      description: 'Delivered, as far as they were taken.',
      type: StripeWebhooksReleasedDto,
    },
    takesBody: true,
  })
  async releaseSandboxStripeWebhooks(
    @Body() { order, twice }: ReleaseStripeWebhooksDto,
  ): Promise<StripeWebhooksReleasedDto> {
    return { released: await this.sandbox.webhooks.release({ order, twice }) };
  }

  @Get('events')
  @SandboxOperation({
    summary: 'Read what happened at Stripe',
    description: 'Every event and what became of its deliveries.',
    success: { status: 200, description: 'Events, the newest first.', type: StripeEventsDto },
  })
  async listSandboxStripeEvents(): Promise<StripeEventsDto> {
    const events = await this.sandbox.webhooks.events();
    return { data: events.slice(-MAX_EVENTS).reverse().map(toStripeEvent) };
  }

  @Get('calls')
  @SandboxOperation({
    summary: 'Read what was asked of Stripe',
    description: 'By this process, since it started; at most 500.',
    success: { status: 200, description: 'Calls, the oldest first.', type: StripeCallsDto },
  })
  listSandboxStripeCalls(): StripeCallsDto {
    return { data: this.sandbox.calls.map(toStripeCall) };
  }

  @Post('script')
  @SandboxOperation({
    summary: 'Tell Stripe how to misbehave',
    description: 'Scripts are used up by the next requests, or by those that `match`.',
    success: { status: 200, description: 'Taken.', type: StripeScriptsTakenDto },
    takesBody: true,
  })
  async scriptSandboxStripe(@Body() { scripts }: StripeScriptsDto): Promise<StripeScriptsTakenDto> {
    await this.sandbox.script(readScripts(scripts));
    return { pending: await this.sandbox.pendingScripts() };
  }

  @Post('acts')
  @SandboxOperation({
    summary: 'Let something happen at Stripe',
    description: 'What no page has: refunds, disputes, deleted customers.',
    success: { status: 204, description: 'It has happened.' },
    takesBody: true,
  })
  async actInSandboxStripe(@Body() { act, id }: StripeActDto): Promise<void> {
    try {
      await doAct(this.sandbox, act, id);
    } catch (error) {
      if (error instanceof StripeApiError) throw Problem.field('id', 'invalid', error.message);
      throw error;
    }
  }
}

function readScripts(scripts: unknown): StripeScript[] {
  try {
    return parseStripeScripts(scripts);
  } catch (error) {
    if (!(error instanceof InvalidStripeScriptError)) throw error;
    throw new Problem('validation_failed', 'The scripts cannot be read.', {
      errors: error.issues.map(({ field, message }) => ({
        field: `scripts.${field}`,
        code: 'invalid',
        message,
      })),
    });
  }
}
