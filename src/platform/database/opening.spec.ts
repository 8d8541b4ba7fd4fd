import { reasonToOpenAgain } from './opening.js';

it.each([
  ['the database completes nothing meanwhile', { failedAtMs: 900, lastProgressAtMs: -1 }, null],
  ['the database completes a statement meanwhile', { failedAtMs: 900, lastProgressAtMs: 500 }, 'progress'],
  ['the process is busy for half a second', { failedAtMs: 1400, lastProgressAtMs: -1 }, 'busy'],
  ['the process is busy a second time', { failedAtMs: 1400, lastProgressAtMs: -1, wasExcused: true }, null],
  ['the timer is as late as timers are', { failedAtMs: 1000, lastProgressAtMs: -1 }, null],
  [
    'another attempt could end within the longest wait',
    { requestedAtMs: -3200, failedAtMs: 900, lastProgressAtMs: 500 },
    'progress',
  ],
  [
    'another attempt could end after the longest wait',
    { requestedAtMs: -3201, failedAtMs: 900, lastProgressAtMs: 500 },
    null,
  ],
])('an opening times out while %s', (_, opening, reason) => {
  const attempt = { requestedAtMs: 0, startedAtMs: 0, wasExcused: false, ...opening };
  expect(reasonToOpenAgain(attempt, 900, 5000)).toBe(reason);
});
