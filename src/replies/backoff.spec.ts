import { backoffMs, deferralMs } from './backoff.js';

it.each([
  [0, null, 0, 500],
  [0, null, 1, 1000],
  [1, null, 1, 2000],
  [3, null, 1, 8000],
  [10, null, 1, 20_000],
  [0, 5000, 0, 5000],
  [4, 1000, 1, 16_000],
  [0, 999_999, 0, 120_000],
])(
  'after %d failures and Retry-After %p: between half and the whole of the doubled base, never earlier than asked',
  (failures, retryAfter, random, expected) => {
    expect(backoffMs(failures, retryAfter, random)).toBe(expected);
  },
);

it.each([
  [2000, 0, 2000],
  [2000, 0.5, 2500],
  [999_999, 0, 120_000],
])(
  'a model that takes no calls for %d ms is not asked earlier, and not by all at once',
  (asked, random, expected) => {
    expect(deferralMs(asked, random)).toBe(expected);
  },
);
