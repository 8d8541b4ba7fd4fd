import { DailyNumbers } from './daily-numbers.js';
import { takeCounted, Tally } from './tally.js';

const sheep = new Tally('sheep');
beforeEach(() => void takeCounted());

/** Numbers over a database that answers as `answer` says. */
function numbersWith(
  answer: () => Promise<unknown> = () => Promise.resolve([]),
  { now = '2026-05-01T12:00:00Z', timeZone = 'UTC' } = {},
) {
  const written: object[] = [];
  const database = {
    run: (_statement: unknown, parameters: object) => {
      written.push(parameters);
      return answer();
    },
  };
  const config = { quota: { timeZone } };
  const numbers = new DailyNumbers(database as never, { now: () => new Date(now) }, config as never);
  return { numbers, written };
}

it('a process that has counted nothing writes nothing', async () => {
  const { numbers, written } = numbersWith();
  await numbers.sweep();
  expect(written).toEqual([]);
});

it('counts of a failed write are written by the next one, once', async () => {
  let isDown = true;
  const { numbers, written } = numbersWith(() =>
    isDown ? Promise.reject(new Error('the database is down')) : Promise.resolve([]),
  );
  sheep.add('white', 2);
  await numbers.sweep();
  sheep.add('white');
  isDown = false;
  await numbers.sweep();
  await numbers.sweep();
  expect(written).toMatchObject([{ counts: [2] }, { names: ['sheep'], labels: ['white'], counts: [3] }]);
});

it('what is counted during a write belongs to the next write', async () => {
  const { numbers, written } = numbersWith(async () => sheep.add('black'));
  sheep.add('white');
  await numbers.sweep();
  await numbers.sweep();
  expect(written).toMatchObject([
    { labels: ['white'], counts: [1] },
    { labels: ['black'], counts: [1] },
  ]);
});

it('a process that ends writes the rest', async () => {
  const { numbers, written } = numbersWith();
  sheep.add();
  await numbers.beforeApplicationShutdown();
  expect(written).toMatchObject([{ names: ['sheep'], counts: [1] }]);
});

it.each([
  ['UTC', '2026-05-01T23:59:59Z', ['2026-04-29', '2026-04-30', '2026-05-01']],
  ['Asia/Kolkata', '2026-05-01T18:29:59Z', ['2026-04-29', '2026-04-30', '2026-05-01']],
  ['Asia/Kolkata', '2026-05-01T18:30:00Z', ['2026-04-30', '2026-05-01', '2026-05-02']],
  ['Pacific/Pago_Pago', '2026-03-01T10:59:59Z', ['2026-02-26', '2026-02-27', '2026-02-28']],
  // The day of 23 hours, and the day of 25.
  ['America/New_York', '2026-03-09T04:00:00Z', ['2026-03-07', '2026-03-08', '2026-03-09']],
  ['America/New_York', '2026-11-02T04:59:59Z', ['2026-10-30', '2026-10-31', '2026-11-01']],
])('the last days in %s at %s are calendar days of that zone', (timeZone, now, days) => {
  expect(numbersWith(undefined, { now, timeZone }).numbers.lastDays(3)).toEqual(days);
});
