import { ApiProperty } from '@nestjs/swagger';
import type { Tier } from '../../platform/config/tier.js';
import { tierAt } from '../../users/user.dto.js';
import type { User } from '../../users/user.entity.js';
import { entitlementOf } from '../sync/entitlement.js';
import { endsWithPeriod, isOngoing, currentSubscription } from '../sync/current-subscription.js';
import { PAYMENT_PROBLEMS, type PaymentProblem, type Subscription } from './subscription.entity.js';

export class SubscriptionPriceDto {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'In the smallest unit of the currency.',
    example: 900,
  })
  amount!: number | null;

  @ApiProperty({ description: 'ISO 4217, lower case.', example: 'usd' })
  currency!: string;

  @ApiProperty({ type: String, nullable: true, example: 'month' })
  interval!: string | null;
}

/** Where somebody stands with Pro. */
export class SubscriptionStatusDto {
  @ApiProperty({ enum: ['basic', 'pro'], example: 'pro', description: 'New values may come.' })
  tier!: Tier;

  @ApiProperty({
    enum: ['stripe', 'grant'],
    nullable: true,
    description: 'What Pro comes from: a subscription, or an operator who granted it. New values may come.',
    example: 'stripe',
  })
  source!: 'stripe' | 'grant' | null;

  @ApiProperty({
    description:
      '`none`, or Stripe’s word for the subscription: active, trialing, past_due, incomplete, canceled …',
    example: 'active',
  })
  status!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-12-20T09:00:00.000Z' })
  current_period_end!: string | null;

  @ApiProperty({
    description:
      'It is cancelled, and is not charged again: Pro lasts until `ends_at`, which is no later than the period’s end.',
    example: false,
  })
  cancel_at_period_end!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'A payment is due: until when Pro lasts without it.',
    example: null,
  })
  grace_ends_at!: string | null;

  @ApiProperty({ type: SubscriptionPriceDto, nullable: true })
  price!: SubscriptionPriceDto | null;

  @ApiProperty({
    enum: PAYMENT_PROBLEMS,
    nullable: true,
    description:
      'What keeps a payment: POST /subscription/portal leads to where it is put right. `collection_paused`: the seller collects nothing for now; there is nothing to put right. New values may come.',
    example: null,
  })
  payment_problem!: PaymentProblem | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the subscription really ends, or has ended, whatever ends it: cancelled, at a date that was settled, or because nothing more is collected. Null: it goes on.',
    example: null,
  })
  ends_at!: string | null;
}

/** What the status is made of. */
export interface SubscriptionFacts {
  user: User;
  subscriptions: Subscription[];
  graceDays: number;
  now: Date;
}

export function toSubscriptionStatus({
  user,
  subscriptions,
  graceDays,
  now,
}: SubscriptionFacts): SubscriptionStatusDto {
  const main = currentSubscription(subscriptions);
  const tier = tierAt(user, now);
  const paid = main ? entitlementOf(main, graceDays) : null;
  const isPastDue = main?.status === 'past_due' && paid?.tier === 'pro';
  return {
    tier,
    source: tier === 'pro' ? sourceOf(user, subscriptions, graceDays, now) : null,
    status: main?.status ?? 'none',
    current_period_end: main?.currentPeriodEnd?.toISOString() ?? null,
    cancel_at_period_end: main !== null && isOngoing(main) && endsWithPeriod(main),
    grace_ends_at: isPastDue ? paid.endsAt.toISOString() : null,
    price: main?.currency
      ? { amount: main.amount, currency: main.currency, interval: main.priceInterval }
      : null,
    payment_problem: main?.paymentProblem ?? null,
    ends_at: (main && endOf(main))?.toISOString() ?? null,
  };
}

/** Nothing that was never paid has ended: it has not begun. */
function endOf({ endsAt, paidUntil }: Subscription): Date | null {
  const ends = [endsAt, paidUntil].filter((end) => end !== null && end.getTime() > 0) as Date[];
  return ends.length === 0 ? null : ends.reduce((one, other) => (other < one ? other : one));
}

/** What is paid for goes before what is given; null where everybody has Pro. */
function sourceOf(
  { proGrantedUntil }: User,
  subscriptions: Subscription[],
  graceDays: number,
  now: Date,
): 'stripe' | 'grant' | null {
  const isPaid = subscriptions.some((one) => {
    const entitlement = entitlementOf(one, graceDays);
    return entitlement.tier === 'as before' || (entitlement.tier === 'pro' && entitlement.endsAt > now);
  });
  if (isPaid) return 'stripe';
  return proGrantedUntil !== null && proGrantedUntil > now ? 'grant' : null;
}
