import type { SubscriptionStatusDto } from '@chat-backend/client';
import { planState } from './plan-state.js';

const END = '2026-12-20T09:00:00.000Z';

const status = (fields: Partial<SubscriptionStatusDto>): SubscriptionStatusDto => ({
  tier: 'pro',
  source: 'stripe',
  status: 'active',
  current_period_end: END,
  cancel_at_period_end: false,
  grace_ends_at: null,
  price: null,
  payment_problem: null,
  ends_at: null,
  ...fields,
});

it.each([
  ['none', { tier: 'basic', source: null, status: 'none', current_period_end: null }, [false, false, false]],
  ['active', {}, [true, true, false]],
  ['cancelled for the end', { cancel_at_period_end: true, ends_at: END }, [true, false, true]],
  ['past due', { status: 'past_due', payment_problem: 'payment_failed' }, [true, true, false]],
  ['over', { tier: 'basic', source: null, status: 'canceled', ends_at: END }, [false, false, false]],
  ['granted', { source: 'grant', status: 'none', ends_at: END }, [false, false, false]],
] as const)('%s: subscribed, may cancel, may resume', (_, fields, expected) => {
  const { isSubscribed, canCancel, canResume } = planState(status(fields));
  expect([isSubscribed, canCancel, canResume]).toEqual(expected);
});

it('what was cancelled has an end, what runs renews', () => {
  expect(planState(status({}))).toMatchObject({ renewsAt: END, endsAt: null });
  expect(planState(status({ cancel_at_period_end: true, ends_at: END }))).toMatchObject({
    renewsAt: null,
    endsAt: END,
  });
});

it('the person can mend a payment, but not a pause by the seller', () => {
  const canFix = (problem: string | null) => planState(status({ payment_problem: problem })).canFix;
  expect(['payment_failed', 'action_required', 'collection_paused', null].map(canFix)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
