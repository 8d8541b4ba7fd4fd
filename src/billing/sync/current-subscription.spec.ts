import { endsWithPeriod, isOngoing, currentSubscription } from './current-subscription.js';
import type { Subscription } from '../subscription/subscription.entity.js';

const one = (status: string, endsAt: Date | null = null) =>
  ({ status, endsAt, currentPeriodEnd: new Date(2) }) as Subscription;

it.each([
  ['active', true],
  ['trialing', true],
  ['past_due', true],
  ['unpaid', true],
  ['paused', true],
  ['an unknown status', true],
  ['canceled', false],
  ['incomplete', false],
  ['incomplete_expired', false],
])('a bill is to come of one that is %s: %p', (status, expected) => {
  expect(isOngoing(one(status))).toBe(expected);
});

it('the current subscription is the renewing one, else an ongoing one, else the newest, else none', () => {
  const [ending, charged] = [one('active', new Date(2)), one('active')];
  expect(currentSubscription([ending, charged])).toBe(charged);
  expect(currentSubscription([one('canceled'), ending])).toBe(ending);
  const [newest, ongoing] = [one('canceled'), one('past_due')];
  expect(currentSubscription([newest, ongoing])).toBe(ongoing);
  expect(currentSubscription([newest, one('incomplete')])).toBe(newest);
  expect(currentSubscription([])).toBeNull();
});

const [EARLIER, END, LATER] = [1, 2, 3].map((ms) => new Date(ms)) as [Date, Date, Date];

it.each([
  ['renews', null, END, false],
  ['ends within its period', EARLIER, END, true],
  ['ends with its period', END, END, true],
  ['ends after its period: it is charged again', LATER, END, false],
  ['ends, and its period is not known', LATER, null, true],
])('a subscription that %s ends with its period: %p', (_, endsAt, currentPeriodEnd, expected) => {
  expect(endsWithPeriod({ endsAt, currentPeriodEnd })).toBe(expected);
});
