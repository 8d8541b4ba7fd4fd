import { ApiProperty } from '@nestjs/swagger';
import { SubscriptionPriceDto } from '../../billing/subscription/subscription.dto.js';
import { PAYMENT_PROBLEMS, type Subscription } from '../../billing/subscription/subscription.entity.js';
import { TextField } from '../../platform/fields/fields.js';
import { IdField } from '../id.field.js';
import { PageOf, StrictPageQuery } from '../../platform/fields/page.js';

/** A subscription to Pro, as it was at Stripe at the last sync. */
export class AdminSubscriptionDto {
  @ApiProperty({ description: 'Stripe’s id.', example: 'sub_1QyZ' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  user_id!: string;

  @ApiProperty({ description: 'Stripe’s status.', example: 'active' })
  status!: string;

  @ApiProperty({ type: SubscriptionPriceDto, nullable: true })
  price!: SubscriptionPriceDto | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  current_period_end!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it ends; null while it renews.',
  })
  ends_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Start of the unpaid time.',
  })
  past_due_since!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'End of the paid time while collection is paused.',
  })
  paid_until!: string | null;

  @ApiProperty({
    enum: PAYMENT_PROBLEMS,
    nullable: true,
    description: 'Why a payment is missing.',
    example: null,
  })
  payment_problem!: string | null;

  @ApiProperty({
    enum: ['refunded', 'disputed', 'never_paid', 'other_price'],
    nullable: true,
    description: 'Why the subscription gives no Pro.',
    example: null,
  })
  revoked!: string | null;

  @ApiProperty({ format: 'date-time' })
  started_at!: string;
}

export class AdminSubscriptionPage extends PageOf(AdminSubscriptionDto) {}

export class SubscriptionsQuery extends StrictPageQuery {
  @TextField({
    description: 'Only subscriptions with this status of Stripe’s.',
    example: 'past_due',
    min: 1,
    max: 40,
    presence: 'optional',
  })
  status?: string;

  @IdField('Only subscriptions of this user.')
  user_id?: string;
}

export function toAdminSubscription(one: Subscription): AdminSubscriptionDto {
  const time = (at: Date | null) => at?.toISOString() ?? null;
  return {
    id: one.id,
    user_id: one.userId,
    status: one.status,
    price: one.currency ? { amount: one.amount, currency: one.currency, interval: one.priceInterval } : null,
    current_period_end: time(one.currentPeriodEnd),
    ends_at: time(one.endsAt),
    past_due_since: time(one.pastDueSince),
    paid_until: time(one.paidUntil),
    payment_problem: one.paymentProblem,
    revoked: one.revoked,
    started_at: one.startedAt.toISOString(),
  };
}
