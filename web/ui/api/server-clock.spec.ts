import { dailyResetSeconds, learnFromReset, learnServerTime, serverNow } from './server-clock.js';

const skewSeconds = () => Math.round((serverNow() - Date.now()) / 1000);

afterEach(() => learnServerTime(Date.now()));

it.each([
  ['"daily";r=2;t=41234', 41_234],
  ['"minute";r=59;t=3, "daily";r=0;t=7', 7],
  ['"daily";r=2', null],
  ['"minute";r=59;t=3', null],
  ['', null],
  [null, null],
])('of %p the day begins in %p seconds', (header, seconds) => {
  expect(dailyResetSeconds(header)).toBe(seconds);
});

it('a clock that the sandbox has moved is known by the seconds until a time', () => {
  const resetsAt = new Date(Date.now() + 10_000 * 1000).toISOString();
  learnFromReset(resetsAt, 400);
  expect(skewSeconds()).toBe(9600);
});

it('the way of an answer is no difference of clocks', () => {
  learnFromReset(new Date(Date.now() + 60_000).toISOString(), 58);
  expect(skewSeconds()).toBe(0);
});
