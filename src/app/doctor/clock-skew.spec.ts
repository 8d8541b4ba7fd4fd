import { verdictOfClock } from './clock-skew.js';

/** This clock is ahead by so many seconds; the call took two. */
const ahead = (seconds: number) =>
  verdictOfClock('Stripe', {
    remoteMs: 1_000_000,
    askedMs: 999_000 + seconds * 1000,
    answeredMs: 1_001_000 + seconds * 1000,
  });

it.each([
  [0, 'ok'],
  [4, 'ok'],
  [-4, 'ok'],
  [5, 'warning'],
  [-59, 'warning'],
  [60, 'failed'],
  [-3600, 'failed'],
])('a clock that is %i s ahead is %s', (seconds, outcome) => {
  expect(ahead(seconds).outcome).toBe(outcome);
});

it('the finding says which clock is ahead', () => {
  expect(ahead(120).fact).toBe('this clock is 120 s ahead of Stripe’s');
  expect(ahead(-120).fact).toBe('this clock is 120 s behind Stripe’s');
});

it('an answer without a time is no fault', () => {
  expect(verdictOfClock('Stripe', { remoteMs: NaN, askedMs: 0, answeredMs: 0 }).outcome).toBe('ok');
});
