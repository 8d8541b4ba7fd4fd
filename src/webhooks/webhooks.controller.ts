import { Controller, Post, Req } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { BodyLimit, RawBody } from '../platform/http/body/json-body.js';
import { Operation } from '../platform/openapi/operation.decorator.js';
import { NoRateLimit } from '../platform/limits/no-rate-limit.decorator.js';
import { WebhookInbox } from './webhook-inbox.service.js';

/** Stripe's events have some kilobytes; an invoice with many lines has a hundred. */
const WEBHOOK_BODY_KIB = 512;

export class ReceivedDto {
  @ApiProperty({ example: true })
  received!: boolean;
}

@ApiTags('Webhook')
@Controller('webhook')
export class WebhooksController {
  constructor(private readonly inbox: WebhookInbox) {}

  /** Without a request limit: Stripe sends many events from few addresses, and a forgery costs one HMAC. */
  @Post('stripe')
  @RawBody()
  @BodyLimit(WEBHOOK_BODY_KIB)
  @NoRateLimit()
  @ApiHeader({
    name: 'Stripe-Signature',
    description: 'Stripe’s signature of the body.',
    required: true,
    schema: {
      type: 'string',
      example: 't=1795179600,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
    },
  })
  @ApiBody({
    schema: {
      type: 'object',
      description: 'An event as Stripe sends it.',
      additionalProperties: true,
      example: { id: 'evt_1QyZ', type: 'invoice.paid', livemode: false },
    },
  })
  @Operation({
    summary: 'Receive an event from Stripe',
    description:
      'Responds as soon as the event is stored; a worker handles it later. The payload is not trusted: the worker reads the current state from Stripe.',
    access: 'open',
    success: { status: 200, description: 'The event is stored.', type: ReceivedDto },
    errors: ['signature_invalid', 'payload_too_large', 'unsupported_media_type', 'request_timeout'],
  })
  async takeStripeEvent(@Req() { body, headers }: FastifyRequest): Promise<ReceivedDto> {
    await this.inbox.take(body, headers['stripe-signature']);
    return { received: true };
  }
}
