import { ApiProperty } from '@nestjs/swagger';
import type { Tier } from '../platform/config/tier.js';
import { tierAt } from '../users/user.dto.js';
import type { User } from '../users/user.entity.js';
import { entitlementOf } from './entitlement.js';
import { mainOf } from './standing.js';
import type { PaymentProblem, Subscription } from './subscription.entity.js';

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

  @ApiProperty({ description: 'It is cancelled, and Pro lasts until the period’s end.', example: false })
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
    enum: ['payment_failed', 'action_required'],
    nullable: true,
    description: 'What keeps a payment: POST /subscription/portal leads to where it is put right.',
    example: null,
  })
  payment_problem!: PaymentProblem | null;
}

/** What the status is made of. */
export interface Standing {
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
}: Standing): SubscriptionStatusDto {
  const main = mainOf(subscriptions);
  const tier = tierAt(user, now);
  const paid = main ? entitlementOf(main, graceDays) : null;
  const isPastDue = main?.status === 'past_due' && paid?.tier === 'pro';
  return {
    tier,
    source: tier === 'pro' ? sourceOf(user, subscriptions, graceDays, now) : null,
    status: main?.status ?? 'none',
    current_period_end: main?.currentPeriodEnd?.toISOString() ?? null,
    cancel_at_period_end: main !== null && main.endsAt !== null,
    grace_ends_at: isPastDue ? paid.endsAt.toISOString() : null,
    price: main?.currency
      ? { amount: main.amount, currency: main.currency, interval: main.priceInterval }
      : null,
    payment_problem: main?.paymentProblem ?? null,
  };
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
