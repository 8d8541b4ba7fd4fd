import { addIntervals, periodEnd } from './period.js';

const at = (text: string) => Date.parse(`${text}T12:00:00Z`) / 1000;
const MONTH = { interval: 'month', interval_count: 1 };

it.each([
  ['2027-01-31', MONTH, 1, '2027-02-28'],
  ['2027-01-31', MONTH, 2, '2027-03-31'],
  ['2027-01-31', { interval: 'month', interval_count: 3 }, 1, '2027-04-30'],
  ['2028-02-29', { interval: 'year', interval_count: 1 }, 1, '2029-02-28'],
  ['2028-02-29', { interval: 'year', interval_count: 1 }, 4, '2032-02-29'],
  ['2026-12-15', MONTH, 1, '2027-01-15'],
  ['2026-11-20', { interval: 'week', interval_count: 2 }, 1, '2026-12-04'],
  ['2026-11-20', { interval: 'day', interval_count: 10 }, 2, '2026-12-10'],
])('%s and %j times %d is %s', (anchor, interval, count, end) => {
  expect(addIntervals(at(anchor), interval, count)).toBe(at(end));
});

it('a period ends at the moment at which the next one begins', () => {
  const anchor = at('2027-01-31');
  expect(periodEnd(anchor, MONTH, anchor)).toBe(at('2027-02-28'));
  expect(periodEnd(anchor, MONTH, at('2027-02-28') - 1)).toBe(at('2027-02-28'));
  expect(periodEnd(anchor, MONTH, at('2027-02-28'))).toBe(at('2027-03-31'));
});
