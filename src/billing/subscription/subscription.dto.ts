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

/** The state of a user's subscription. */
export class SubscriptionStatusDto {
  @ApiProperty({ enum: ['basic', 'pro'], example: 'pro', description: 'Values may be added.' })
  tier!: Tier;

  @ApiProperty({
    enum: ['stripe', 'grant'],
    nullable: true,
    description:
      'Origin of Pro: a subscription (`stripe`) or an operator’s grant (`grant`). Values may be added.',
    example: 'stripe',
  })
  source!: 'stripe' | 'grant' | null;

  @ApiProperty({
    description:
      '`none`, or Stripe’s status of the subscription: active, trialing, past_due, incomplete, canceled …',
    example: 'active',
  })
  status!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-12-20T09:00:00.000Z' })
  current_period_end!: string | null;

  @ApiProperty({
    description:
      'The subscription is cancelled and will not be charged again. Pro lasts until `ends_at`, which is no later than the period’s end.',
    example: false,
  })
  cancel_at_period_end!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'End of the grace time while a payment is due. Pro ends then unless the payment arrives.',
    example: null,
  })
  grace_ends_at!: string | null;

  @ApiProperty({ type: SubscriptionPriceDto, nullable: true })
  price!: SubscriptionPriceDto | null;

  @ApiProperty({
    enum: PAYMENT_PROBLEMS,
    nullable: true,
    description:
      'Why a payment is missing. `payment_failed` and `action_required`: send the user to POST /subscription/portal to fix it. `collection_paused`: the seller has paused payments; there is nothing to fix. Values may be added.',
    example: null,
  })
  payment_problem!: PaymentProblem | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the subscription ends or has ended: by cancellation, at a date set in advance, or because collection is paused. Null: it renews.',
    example: null,
  })
  ends_at!: string | null;
}

/** Inputs of the status. */
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

/** The earlier of both ends. `paidUntil` 0 means "never paid": such a subscription has not begun, so it has no end. */
function endOf({ endsAt, paidUntil }: Subscription): Date | null {
  const ends = [endsAt, paidUntil].filter((end) => end !== null && end.getTime() > 0) as Date[];
  return ends.length === 0 ? null : ends.reduce((one, other) => (other < one ? other : one));
}

/** A paid subscription goes before a grant; null where Pro is the default tier. */
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
