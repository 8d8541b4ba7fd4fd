import { jest } from '@jest/globals';
import * as prom from 'prom-client';
import type { Config } from '../config/config.js';
import { gauge, instruments } from './instruments.js';
import { MetricSources } from './metric-sources.js';

const VALUE = gauge('chat_spec_source_value', 'Value.');
const registry = new prom.Registry();
for (const instrument of instruments()) instrument.start({ prom, registry, config: {} as Config });

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A source of a value whose reads end when the test says so. */
function slowSource() {
  const sources = new MetricSources();
  const ends: ((value: number) => void)[] = [];
  sources.register({
    name: 'slow',
    gauges: [VALUE],
    read: async () => {
      const value = await new Promise<number>((resolve) => ends.push(resolve));
      return () => VALUE.set({}, value);
    },
  });
  const scrape = async (endWith?: number) => {
    const refreshed = sources.refresh();
    await jest.advanceTimersByTimeAsync(0);
    if (endWith !== undefined) ends.at(-1)!(endWith);
    // Beyond the timeout of a read, and beyond the time for which scrapes share one.
    await jest.advanceTimersByTimeAsync(10_000);
    await refreshed;
    return series();
  };
  return { scrape, ends };
}

/** Values of the gauge and of `chat_metrics_source_up`; null: no series. */
async function series(): Promise<{ value: number | null; isUp: number | null }> {
  const lines = (await registry.metrics()).split('\n');
  const read = (start: string) => {
    const line = lines.find((one) => one.startsWith(`${start} `));
    return line === undefined ? null : Number(line.slice(start.length + 1));
  };
  return { value: read('chat_spec_source_value'), isUp: read('chat_metrics_source_up{source="slow"}') };
}

it('a source that hangs is not read again until its read ends', async () => {
  const { scrape, ends } = slowSource();
  for (let n = 0; n < 3; n++) expect(await scrape()).toEqual({ value: null, isUp: 0 });
  expect(ends).toHaveLength(1);
  ends[0]!(1);
  await jest.advanceTimersByTimeAsync(0);
  expect(await scrape(2)).toEqual({ value: 2, isUp: 1 });
});

it('a value that arrives after the timeout is not shown', async () => {
  const { scrape, ends } = slowSource();
  await scrape();
  ends[0]!(1);
  await jest.advanceTimersByTimeAsync(0);
  expect(await series()).toEqual({ value: null, isUp: 0 });
});

it('a source whose read fails is read again at the next scrape', async () => {
  const sources = new MetricSources();
  const read = jest.fn(async (): Promise<() => void> => Promise.reject(new Error('down')));
  sources.register({ name: 'slow', gauges: [VALUE], read });
  for (let n = 0; n < 2; n++) {
    await sources.refresh();
    await jest.advanceTimersByTimeAsync(10_000);
  }
  expect(read).toHaveBeenCalledTimes(2);
  expect(await series()).toEqual({ value: null, isUp: 0 });
});
