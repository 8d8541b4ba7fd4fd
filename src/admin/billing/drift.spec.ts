import type { Subscription } from '../../billing/subscription/subscription.entity.js';
import { driftBetween, type StoredBilling } from './drift.js';

const started = new Date('2026-01-01T00:00:00Z');
const ends = new Date('2026-02-01T00:00:00Z');
const subscription = (changes: Partial<Subscription> = {}): Subscription => ({
  id: 'sub_1',
  userId: 'u',
  status: 'active',
  priceId: 'price_1',
  amount: 900,
  currency: 'usd',
  priceInterval: 'month',
  currentPeriodEnd: ends,
  cancelAtPeriodEnd: false,
  endsAt: null,
  pastDueSince: null,
  paymentProblem: null,
  revoked: null,
  paidUntil: null,
  scheduleId: null,
  startedAt: started,
  ...changes,
});
const stored = (
  subscriptions: Subscription[],
  user: StoredBilling['user'] = { tier: 'pro', tierEndsAt: ends },
): StoredBilling => ({ user, subscriptions });
const basic = { tier: 'basic', tierEndsAt: null } as const;

it('two equal states have no drift', () => {
  expect(driftBetween(stored([subscription()]), stored([subscription()]))).toEqual([]);
});

it('each field that differs is named, of the account and of its subscription', () => {
  const canceled = subscription({ status: 'canceled', endsAt: ends, amount: 1200 });
  expect(driftBetween(stored([subscription()]), stored([canceled], basic))).toEqual([
    { subscription_id: null, field: 'tier', before: 'pro', after: 'basic' },
    { subscription_id: null, field: 'tier_ends_at', before: ends.toISOString(), after: null },
    { subscription_id: 'sub_1', field: 'status', before: 'active', after: 'canceled' },
    { subscription_id: 'sub_1', field: 'ends_at', before: null, after: ends.toISOString() },
    { subscription_id: 'sub_1', field: 'price', before: '900 usd month', after: '1200 usd month' },
  ]);
});

it('a subscription that only one side has differs in every field that has a value', () => {
  const fields = driftBetween(stored([], basic), stored([subscription()], basic));
  expect(fields.map(({ field, before }) => [field, before])).toEqual([
    ['status', null],
    ['current_period_end', null],
    ['started_at', null],
    ['price', null],
  ]);
  expect(driftBetween(stored([subscription()], basic), stored([], basic))).toEqual(
    fields.map((one) => ({ ...one, before: one.after, after: null })),
  );
});
