import { takeCounted } from '../platform/statistics/tally.js';
import type { TierUntil } from './tier-until.js';
import { countTierChange } from './users.metrics.js';

const now = new Date('2026-05-01T00:00:00Z');
const past = new Date(now.getTime() - 1);
const later = new Date(now.getTime() + 1);
const BASIC: TierUntil = { tier: 'basic', endsAt: null };
const PRO: TierUntil = { tier: 'pro', endsAt: null };
const until = (endsAt: Date): TierUntil => ({ tier: 'pro', endsAt });

it.each<[string, TierUntil, TierUntil, string[]]>([
  ['a payment', BASIC, until(later), ['pro_gained']],
  ['a new period', until(now), until(later), ['pro_gained', 'pro_lost']],
  ['a longer end', until(later), PRO, []],
  ['a cancellation', until(later), BASIC, ['pro_lost']],
  ['the end of Pro that has run out', until(past), BASIC, ['pro_lost']],
  ['a grant after Pro has run out', until(past), PRO, ['pro_gained', 'pro_lost']],
  ['an end that has passed already, which its row tells', until(later), until(past), []],
  ['an end that has passed already, of an account without Pro', BASIC, until(past), []],
])('%s is counted once', (_name, before, after, names) => {
  takeCounted();
  countTierChange(before, after, now);
  expect(takeCounted().map(({ name, count }) => [name, count])).toEqual(names.map((name) => [name, 1]));
});
