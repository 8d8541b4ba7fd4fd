import { RequestCounters, type Count } from './request-counters.js';
import { ThrottlerCounters } from './throttler-counters.js';

const MINUTE_MS = 60_000;

/** Shared counters that answer when they are told to. */
class ScriptedCounters extends RequestCounters {
  override readonly concurrency = 1;
  readonly calls: { keys: string[]; hits: number[] }[] = [];
  private readonly totals = new Map<string, number>();
  answer: (counts: Count[]) => Promise<Count[]> = (counts) => Promise.resolve(counts);

  override add(keys: string[], hits: number[]): Promise<Count[]> {
    this.calls.push({ keys, hits });
    const counts = keys.map((key, index) => {
      this.totals.set(key, (this.totals.get(key) ?? 0) + hits[index]!);
      return { hits: this.totals.get(key)!, endsInMs: 30_000 };
    });
    return this.answer(counts);
  }

  override async close(): Promise<void> {}
}

let shared: ScriptedCounters;
let counters: ThrottlerCounters;
beforeEach(() => {
  shared = new ScriptedCounters();
  counters = new ThrottlerCounters(shared);
});
const hit = async (key: string) => (await counters.increment(key, MINUTE_MS)).totalHits;
const hits = (...keys: string[]) => Promise.all(keys.map(hit));

it('the hits of one turn are one exchange, and each has an ordinal of its own', async () => {
  expect(await hits('a', 'b', 'a', 'a')).toEqual([1, 1, 2, 3]);
  expect(await hits('a')).toEqual([4]);
  expect(shared.calls).toEqual([
    { keys: ['a', 'b'], hits: [3, 1] },
    { keys: ['a'], hits: [1] },
  ]);
});

it('hits of other processes count, too', async () => {
  await shared.add(['a'], [10]);
  expect(await hits('a', 'a')).toEqual([11, 12]);
});

it('when the shared counters fail, the count goes on from where it stood', async () => {
  await hits('a', 'a', 'a');
  shared.answer = () => Promise.reject(new Error('down'));
  expect(await hits('a', 'a')).toEqual([4, 5]);
  expect(await hits('a')).toEqual([6]);
  expect(shared.calls).toHaveLength(2);
});

it('when the shared counters hang, nobody waits longer than a moment, and nobody new waits at all', async () => {
  shared.answer = () => new Promise(() => undefined);
  const started = performance.now();
  expect(await hits('a', 'a')).toEqual([1, 2]);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(await hits('a', 'b')).toEqual([3, 1]);
  expect(shared.calls).toHaveLength(1);
});

it('what was counted alone is not forgotten when the shared counters are back', async () => {
  let late: (counts: Count[]) => void = () => undefined;
  shared.answer = () => new Promise((resolve) => (late = resolve));
  await hits('a', 'a', 'a');
  await hits('a', 'a');
  shared.answer = (counts) => Promise.resolve(counts);
  late([{ hits: 3, endsInMs: 30_000 }]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await hits('a')).toEqual([6]);
});

it('the only process counts in its memory', async () => {
  counters = new ThrottlerCounters(null);
  expect(await hits('a', 'a', 'b')).toEqual([1, 2, 1]);
});
