import { clockText, durationText, secondsUntil } from './duration.js';

it.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [61, '2 min'],
  [3599, '60 min'],
  [3600, '1 h'],
  [3661, '1 h 2 min'],
  [86_399, '24 h'],
  [86_400, '1 day'],
  [200_000, '2 days'],
])('%i seconds are "%s"', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

it('a clock counts minutes and seconds', () => {
  expect([5, 65, 600].map(clockText)).toEqual(['0:05', '1:05', '10:00']);
});

it('a time that has passed is no seconds away, and a part of a second is a whole one', () => {
  const now = Date.parse('2026-11-20T09:00:00.000Z');
  expect(secondsUntil('2026-11-20T08:59:00.000Z', now)).toBe(0);
  expect(secondsUntil('2026-11-20T09:00:00.001Z', now)).toBe(1);
  expect(secondsUntil('2026-11-20T09:01:00.000Z', now)).toBe(60);
});
