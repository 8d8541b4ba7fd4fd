import { rateLimitHeaders } from './rate-limit-headers.js';
import { TierPolicy } from './tier-policy.js';

const day = new TierPolicy('daily', 86_400, { basic: 5, pro: null });
const minute = new TierPolicy('minute', 60, { basic: 60, pro: 300 });

it('headers name the policies in the given order', () => {
  expect(rateLimitHeaders([day.state('basic', 5, 41234), minute.state('pro', 61, 7)])).toEqual({
    'RateLimit-Policy': '"daily";q=5;w=86400, "minute";q=300;w=60',
    RateLimit: '"daily";r=0;t=41234, "minute";r=239;t=7',
  });
});

it('a policy without a limit is left out, and without policies there are no headers', () => {
  expect(rateLimitHeaders([day.state('pro', 9, 1), minute.state('basic', 1, 7)])).toEqual({
    'RateLimit-Policy': '"minute";q=60;w=60',
    RateLimit: '"minute";r=59;t=7',
  });
  expect(rateLimitHeaders([day.state('pro', 9, 1)])).toEqual({});
});

it('the remaining count is never negative', () => {
  expect(minute.state('basic', 99, 1)).toMatchObject({ limit: 60, remaining: 0 });
});

it.each([
  [{ basic: 60, pro: 300 }, 60],
  [{ basic: 60, pro: null }, 60],
  [{ basic: null, pro: 30 }, 30],
  [{ basic: null, pro: null }, Infinity],
])('the lowest limit of %j is %d', (limits, least) => {
  expect(new TierPolicy('minute', 60, limits).least).toBe(least);
});
