import type { Subscription } from '../../billing/subscription/subscription.entity.js';
import type { User } from '../../users/user.entity.js';
import type { DriftDto } from './reconciled.dto.js';
import { toAdminSubscription, type AdminSubscriptionDto } from './admin-subscription.dto.js';

/** What is stored about a user's payments. */
export interface StoredBilling {
  user: Pick<User, 'tier' | 'tierEndsAt'>;
  subscriptions: Subscription[];
}

/** A field as text; null: it has no value. */
type Fields = Record<string, string | null>;

/** The fields that differ between two readings of the stored state: the account's first, then those of each subscription. */
export function driftBetween(before: StoredBilling, after: StoredBilling): DriftDto[] {
  const [then, now] = [fieldsById(before), fieldsById(after)];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((id) =>
    differences(then.get(id) ?? {}, now.get(id) ?? {}).map((one) => ({ subscription_id: id, ...one })),
  );
}

/** By Stripe's id of the subscription; null: the account. */
function fieldsById({ user, subscriptions }: StoredBilling): Map<string | null, Fields> {
  return new Map<string | null, Fields>([
    [null, { tier: user.tier, tier_ends_at: user.tierEndsAt?.toISOString() ?? null }],
    ...subscriptions.map(toAdminSubscription).map((one) => [one.id, fieldsOf(one)] as const),
  ]);
}

function fieldsOf({ id: _id, user_id: _user, price, ...fields }: AdminSubscriptionDto): Fields {
  return { ...fields, price: price && `${price.amount} ${price.currency} ${price.interval ?? ''}`.trimEnd() };
}

const differences = (before: Fields, after: Fields): Omit<DriftDto, 'subscription_id'>[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }))
    .filter((one) => one.before !== one.after);
