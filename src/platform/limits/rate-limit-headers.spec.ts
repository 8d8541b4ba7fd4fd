import { minutePolicy } from './minute-window.js';
import { rateLimitHeaders } from './rate-limit-headers.js';

const daily = { limit: 5, remaining: 0, resetSeconds: 41234 };
const minute = minutePolicy({ hits: 61, resetSeconds: 7, limits: { basic: 60, pro: 300 } }, 'pro');

it('names both policies in the order day, minute', () => {
  expect(rateLimitHeaders({ daily, minute })).toEqual({
    'RateLimit-Policy': '"daily";q=5;w=86400, "minute";q=300;w=60',
    RateLimit: '"daily";r=0;t=41234, "minute";r=239;t=7',
  });
});

it('leaves a policy without a limit out, and has no headers without any', () => {
  expect(rateLimitHeaders({ daily, minute: null })).toEqual({
    'RateLimit-Policy': '"daily";q=5;w=86400',
    RateLimit: '"daily";r=0;t=41234',
  });
  expect(rateLimitHeaders({ daily: null, minute: null })).toEqual({});
});

it('what is left is never below nothing', () => {
  const window = { hits: 99, resetSeconds: 1, limits: { basic: 60, pro: null } };
  expect(minutePolicy(window, 'basic')).toMatchObject({ limit: 60, remaining: 0 });
});

it('a tier without a limit has no policy', () => {
  expect(minutePolicy({ hits: 99, resetSeconds: 1, limits: { basic: 60, pro: null } }, 'pro')).toBeNull();
});
