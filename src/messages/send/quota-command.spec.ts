import { DailyLimit, dailyPolicy } from '../quota/daily-limit.js';
import { refusalOf } from './quota-command.js';
import type { QuotaRow } from './quota.ctes.js';

type Row = QuotaRow<'not_retriable' | 'reply_in_progress'>;

const NOW = new Date('2026-11-20T23:00:00Z');
const limit = new DailyLimit(
  '2026-11-20',
  new Date('2026-11-21T00:00:00Z'),
  NOW,
  dailyPolicy({ basic: 5, pro: null }),
  '/p',
  { minute: null, route: [] },
);
const LIMITS = { 'RateLimit-Policy': '"daily";q=5;w=86400', RateLimit: '"daily";r=0;t=3600' };
const row = (outcome: Row['outcome'], tier: Row['tier'] = 'basic') => ({ outcome, tier, used: 5 }) as Row;

it.each([
  ['key_reused', 'idempotency_key_reused', {}],
  ['over_daily_limit', 'daily_limit_reached', { 'Retry-After': '3600', ...LIMITS }],
  ['not_retriable', 'not_retriable', LIMITS],
  ['reply_in_progress', 'reply_in_progress', LIMITS],
  ['not_found', 'not_found', {}],
] as const)(
  '%s is refused as %s, with the headers of the limits if the refusal is one of them',
  (outcome, code, headers) => {
    const refusal = refusalOf(row(outcome), { limit });
    expect([refusal.code, refusal.headers]).toEqual([code, headers]);
  },
);

it.each(['accepted', 'replay'] as const)('%s is no refusal', (outcome) => {
  expect(() => refusalOf(row(outcome), { limit })).toThrow(`${outcome} is no refusal`);
});
