import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsBoolean, IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { presenceRule } from '../../../platform/fields/fields.js';
import { type StripeScript, WEBHOOK_MODES, type WebhookMode } from '@chat-backend/stripe-sandbox';
import { ACTS, type ActName } from './acts.js';

/** Optional, but not null, which `IsOptional()` would accept. */
const MayBeAbsent = () => presenceRule('optional');

const HOUR_SECONDS = 3600;
const RELEASE_ORDERS = ['kept', 'shuffled', 'reversed'] as const;

export class StripeWebhooksDto {
  @ApiPropertyOptional({
    enum: WEBHOOK_MODES,
    description: 'How events are delivered from now on (docs/sandbox.md).',
    example: 'hold',
  })
  @MayBeAbsent()
  @IsIn(WEBHOOK_MODES, { message: `mode must be one of ${WEBHOOK_MODES.join(', ')}.` })
  mode?: WebhookMode;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: HOUR_SECONDS,
    description: 'With `late`: the delay in seconds.',
    example: 5,
  })
  @MayBeAbsent()
  @Max(HOUR_SECONDS)
  @Min(0)
  @IsInt({ message: 'late_seconds must be a whole number.' })
  late_seconds?: number;

  @ApiPropertyOptional({
    description: 'Signing secret from now on. A wrong one shows how events are refused.',
    example: 'whsec_sandbox',
  })
  @MayBeAbsent()
  @MaxLength(200, { message: 'secret is too long.' })
  @IsString({ message: 'secret must be one text.' })
  secret?: string;
}

export class StripeWebhooksStateDto {
  @ApiProperty({ enum: WEBHOOK_MODES, example: 'hold' })
  mode!: WebhookMode;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The address that events are sent to.',
    example: 'http://127.0.0.1:3000/webhook/stripe',
  })
  url!: string | null;

  @ApiProperty({ type: 'integer', description: 'Deliveries that are waiting or held.', example: 0 })
  waiting!: number;
}

export class ReleaseStripeWebhooksDto {
  @ApiPropertyOptional({
    enum: RELEASE_ORDERS,
    description: 'Order of delivery. Default: `kept`.',
    example: 'shuffled',
  })
  @MayBeAbsent()
  @IsIn(RELEASE_ORDERS, { message: `order must be one of ${RELEASE_ORDERS.join(', ')}.` })
  order?: (typeof RELEASE_ORDERS)[number];

  @ApiPropertyOptional({ description: 'Deliver each event twice.', example: false })
  @MayBeAbsent()
  @IsBoolean({ message: 'twice must be true or false.' })
  twice?: boolean;
}

export class StripeWebhooksReleasedDto {
  @ApiProperty({ type: 'integer', description: 'Number of deliveries that were tried.', example: 3 })
  released!: number;
}

export class StripeScriptsDto {
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Behaviour of the API for its next requests, used up in this order (docs/sandbox.md).',
    example: [{ match: 'POST /v1/checkout/sessions', outcome: 'after' }],
  })
  @IsArray({ message: 'scripts must be a list.' })
  scripts!: StripeScript[];
}

export class StripeScriptsTakenDto {
  @ApiProperty({ type: 'integer', description: 'Requests that the remaining scripts apply to.', example: 1 })
  pending!: number;
}

export class StripeActDto {
  @ApiProperty({ enum: ACTS, description: 'The action (docs/sandbox.md).', example: 'fail_next_renewal' })
  @IsIn(ACTS, { message: `act must be one of ${ACTS.join(', ')}.` })
  act!: ActName;

  @ApiProperty({
    description: 'Id of the object that it applies to: a subscription, charge, dispute, customer or event.',
    example: 'sub_8sX0kWq2nVt5bYc7dFhJmLpR',
  })
  @MaxLength(100, { message: 'id is too long.' })
  @IsString({ message: 'id must be one text.' })
  id!: string;
}

export class StripeDeliveryAttemptDto {
  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  at!: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Status of the answer; null without an answer.',
    example: 200,
  })
  status!: number | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  error!: string | null;
}

export class StripeDeliveryDto {
  @ApiProperty({ enum: ['waiting', 'held', 'delivered', 'failed', 'dropped'], example: 'delivered' })
  state!: string;

  @ApiProperty({ type: [StripeDeliveryAttemptDto] })
  attempts!: StripeDeliveryAttemptDto[];
}

export class StripeEventDto {
  @ApiProperty({ example: 'evt_4Tq1uWm9xZs6aBd3eGhKnPrV' })
  id!: string;

  @ApiProperty({ example: 'customer.subscription.updated' })
  type!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  created!: string;

  @ApiProperty({ description: 'Id of the event’s object.', example: 'sub_8sX0kWq2nVt5bYc7dFhJmLpR' })
  object!: string;

  @ApiProperty({ type: [StripeDeliveryDto] })
  deliveries!: StripeDeliveryDto[];
}

export class StripeEventsDto {
  @ApiProperty({ type: [StripeEventDto], description: 'Newest first, at most 200.' })
  data!: StripeEventDto[];
}

export class StripeCallDto {
  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({ example: '/v1/checkout/sessions' })
  path!: string;

  @ApiProperty({ type: String, nullable: true, example: 'subscribe-7b1c' })
  idempotency_key!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { mode: 'subscription' } })
  params!: Record<string, unknown>;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Status of the answer; null if it was never answered.',
    example: 200,
  })
  status!: number | null;
}

export class StripeCallsDto {
  @ApiProperty({ type: [StripeCallDto], description: 'Calls of this process to Stripe, oldest first.' })
  data!: StripeCallDto[];
}
