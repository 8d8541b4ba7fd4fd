import { GIVE_UP_MS, nextTry } from './delivery-policy.js';

const HOUR = 3_600_000;

/** Hours after the event at which it is tried, when each try fails. */
function triesOf(random: number): number[] {
  const giveUpAt = new Date(GIVE_UP_MS);
  const times: number[] = [];
  for (let now: Date | null = new Date(0); now !== null;) {
    times.push(now.getTime());
    now = nextTry({ tries: times.length, now, giveUpAt }, random);
  }
  return times.map((ms) => ms / HOUR);
}

it.each([0, 0.5, 1])('an event is tried for exactly three days (random %d)', (random) => {
  const tries = triesOf(random);
  expect([tries[0], tries.at(-1)]).toEqual([0, 72]);
  expect(tries.length).toBeGreaterThanOrEqual(10);
  expect(tries.length).toBeLessThan(16);
});

it('the first retry comes within ten seconds, and delays grow', () => {
  const tries = triesOf(0.5);
  expect(tries[1]! * 3600).toBe(5);
  const delays = tries.slice(1, -1).map((at, nth) => Math.round((at - tries[nth]!) * 3600));
  expect(delays).toEqual(delays.toSorted((a, b) => a - b));
});

it('retries of one outage are spread by half of the delay', () => {
  const [early, late] = [triesOf(0), triesOf(1)];
  expect([early[4], late[4]].map((hours) => Math.round(hours! * 60))).toEqual([27, 44]);
});
