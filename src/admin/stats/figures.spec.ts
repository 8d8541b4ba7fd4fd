import { FIRST_TEXT_BOUNDS_MS, firstTextLabel } from '../../messages/replies/replies.metrics.js';
import { costOf, percentile, shareOf, sumOfCosts } from './figures.js';

const timesOf = (all: number[]) => {
  const times = new Map<number, number>();
  for (const ms of all) {
    const bound = Number(firstTextLabel(ms));
    times.set(bound, (times.get(bound) ?? 0) + 1);
  }
  return times;
};

it('a percentile that is read from the buckets is off by at most a fifth', () => {
  const all = Array.from({ length: 2_000 }, (_, nth) => 150 + nth * 3);
  for (const share of [0.1, 0.5, 0.9, 0.95, 0.99]) {
    const exact = all[Math.floor(all.length * share)]!;
    expect(Math.abs(percentile(timesOf(all), share)! / exact - 1)).toBeLessThan(0.2);
  }
});

it('no time has no percentile, and a time beyond the last bound counts as the last bound', () => {
  expect(percentile(new Map(), 0.5)).toBeNull();
  expect(percentile(timesOf([10_000_000]), 1)).toBe(FIRST_TEXT_BOUNDS_MS.at(-1));
  expect(percentile(timesOf([0]), 0)).toBe(0);
});

const PRICE = { model: 'flash', input: 1, output: 4, cachedInput: 0.1 };

it('cached input has its own price, and thoughts cost as output', () => {
  const million = { prompt: 2_000_000, output: 500_000, thought: 500_000, cached: 1_000_000 };
  expect(costOf(million, PRICE)).toBe(1 + 0.1 + 4);
  expect(costOf(million, undefined)).toBeNull();
});

it('a cost without a price is unknown, not nothing', () => {
  expect([sumOfCosts([null]), sumOfCosts([null, 0.1, 0.2]), sumOfCosts([])]).toEqual([null, 0.3, null]);
});

it('a share of nothing is unknown', () => {
  expect([shareOf(1, 3), shareOf(0, 5), shareOf(1, 0)]).toEqual([0.333, 0, null]);
});
