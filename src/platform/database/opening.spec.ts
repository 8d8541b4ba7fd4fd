import { mayOpenAgain } from './opening.js';

it.each([
  ['the database completes nothing meanwhile', { failedAtMs: 900, lastProgressAtMs: -1 }, false],
  ['the database completes a statement meanwhile', { failedAtMs: 900, lastProgressAtMs: 500 }, true],
  ['the process is busy for half a second', { failedAtMs: 1400, lastProgressAtMs: -1 }, true],
  ['the timer is as late as timers are', { failedAtMs: 1000, lastProgressAtMs: -1 }, false],
  [
    'the request has waited for its longest time',
    { requestedAtMs: -4100, failedAtMs: 900, lastProgressAtMs: 500 },
    false,
  ],
])('an opening times out while %s', (_, opening, isTriedAgain) => {
  expect(mayOpenAgain({ requestedAtMs: 0, startedAtMs: 0, ...opening }, 900, 5000)).toBe(isTriedAgain);
});
