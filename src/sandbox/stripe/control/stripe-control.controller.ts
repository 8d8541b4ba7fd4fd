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

/** Newest events shown; /v1/events has all. */
const MAX_EVENTS = 200;

@SandboxRoutes('sandbox/stripe')
export class StripeControlController {
  constructor(private readonly sandbox: StripeSandbox) {}

  @Post('webhooks')
  @SandboxOperation({
    summary: 'Control the delivery of Stripe’s webhooks',
    description:
      'Holds, delays, repeats, shuffles or drops webhooks. An empty body only returns the current state.',
    success: { status: 200, description: 'The current state.', type: StripeWebhooksStateDto },
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
    summary: 'Deliver held webhooks',
    description: 'Responds after each delivery has been tried.',
    success: {
      status: 200,
      description: 'All held deliveries have been tried.',
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
    summary: 'List the events of the Stripe sandbox',
    description: 'Events with the outcome of their deliveries.',
    success: { status: 200, description: 'Events, the newest first.', type: StripeEventsDto },
  })
  async listSandboxStripeEvents(): Promise<StripeEventsDto> {
    const events = await this.sandbox.webhooks.events();
    return { data: events.slice(-MAX_EVENTS).reverse().map(toStripeEvent) };
  }

  @Get('calls')
  @SandboxOperation({
    summary: 'List the calls to the Stripe sandbox',
    description: 'Calls of this process since its start; at most 500.',
    success: { status: 200, description: 'Calls, the oldest first.', type: StripeCallsDto },
  })
  listSandboxStripeCalls(): StripeCallsDto {
    return { data: this.sandbox.calls.map(toStripeCall) };
  }

  @Post('script')
  @SandboxOperation({
    summary: 'Script faults of the Stripe sandbox',
    description: 'Each script is used up by the next request, or by the next that matches `match`.',
    success: { status: 200, description: 'The scripts are stored.', type: StripeScriptsTakenDto },
    takesBody: true,
  })
  async scriptSandboxStripe(@Body() { scripts }: StripeScriptsDto): Promise<StripeScriptsTakenDto> {
    await this.sandbox.script(readScripts(scripts));
    return { pending: await this.sandbox.pendingScripts() };
  }

  @Post('acts')
  @SandboxOperation({
    summary: 'Trigger an action at the Stripe sandbox',
    description: 'Actions without a page: refunds, disputes, deleted customers.',
    success: { status: 204, description: 'The action is done.' },
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
