import { minutePolicy } from '../../platform/limits/minute-window.js';
import { DailyLimit, dailyPolicy } from './daily-limit.js';

const NOW = new Date('2026-11-20T23:59:58.500Z');
const RESET = new Date('2026-11-21T00:00:00.000Z');
const LIMITS = { basic: 5, pro: null };
const at = (now: Date, upgrade: string | null = '/subscribe/pro') =>
  new DailyLimit('2026-11-20', RESET, now, dailyPolicy(LIMITS), upgrade, { minute: null, route: [] });

it.each([
  [new Date('2026-11-20T23:00:00.000Z'), 3600],
  [NOW, 2],
  [new Date('2026-11-20T23:59:59.999Z'), 1],
  // A client that waits 0 s would retry in a loop.
  [RESET, 1],
])('at %j the daily limit resets in %d s, a whole number and never 0', (now, seconds) => {
  expect(at(now).secondsToReset).toBe(seconds);
});

it.each([
  [{ tier: 'basic', used: 0 }, 5],
  [{ tier: 'basic', used: 5 }, 0],
  // A limit that an operator lowered during the day.
  [{ tier: 'basic', used: 9 }, 0],
  [{ tier: 'pro', used: 9 }, null],
] as const)('usage %j leaves %p', (standing, remaining) => {
  expect(at(NOW).remaining(standing)).toBe(remaining);
  expect(at(NOW).state(standing)).toEqual(
    remaining === null
      ? null
      : { name: 'daily', windowSeconds: 86_400, limit: 5, remaining, resetSeconds: 2 },
  );
});

it('a daily limit without a user’s request has no headers', () => {
  expect(
    new DailyLimit('2026-11-20', RESET, NOW, dailyPolicy(LIMITS), null).headers({ tier: 'basic', used: 5 }),
  ).toEqual({});
});

it('a refusal names the limit, the usage, the reset and the upgrade', () => {
  const refusal = at(NOW).refusal({ tier: 'basic', used: 5 });
  expect([refusal.code, refusal.message]).toEqual([
    'daily_limit_reached',
    'All messages of today are used. Wait until resets_at.',
  ]);
  expect(refusal.headers).toEqual({
    'Retry-After': '2',
    'RateLimit-Policy': '"daily";q=5;w=86400',
    RateLimit: '"daily";r=0;t=2',
  });
  expect(refusal.liftedBy).toBe('BASIC_DAILY_LIMIT');
  expect(refusal.extra).toEqual({
    limit: 5,
    used: 5,
    resets_at: '2026-11-21T00:00:00.000Z',
    upgrade: '/subscribe/pro',
  });
});

it('headers name the daily limit, the minute’s and the route’s, each with its own reset', () => {
  const minute = {
    hits: 3,
    resetSeconds: 41,
    policy: minutePolicy({ rateLimitPerMinute: { basic: 30, pro: 60 } }),
  };
  const route = [{ name: 'export', windowSeconds: 3600, limit: 10, remaining: 9, resetSeconds: 3600 }];
  const limit = new DailyLimit('2026-11-20', RESET, NOW, dailyPolicy(LIMITS), null, { minute, route });
  expect(limit.headers({ tier: 'pro', used: 1 })).toEqual({
    'RateLimit-Policy': '"minute";q=60;w=60, "export";q=10;w=3600',
    RateLimit: '"minute";r=57;t=41, "export";r=9;t=3600',
  });
});

it('a refusal names no upgrade for Pro, or while billing is off', () => {
  const pro = at(NOW).refusal({ tier: 'pro', used: 9 });
  expect([pro.extra['upgrade'], pro.extra['limit'], pro.liftedBy]).toEqual([null, null, 'PRO_DAILY_LIMIT']);
  expect(at(NOW, null).refusal({ tier: 'basic', used: 5 }).extra['upgrade']).toBeNull();
});
