import { jest } from '@jest/globals';
import { MINUTE_MS } from './minute-window.js';
import { RequestCounters, type Count } from './request-counters.js';
import { ThrottlerCounters } from './throttler-counters.js';

/** Shared counters that respond when the test says so. */
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
/** With a limit of 0 no hit is leased. */
const hit = async (key: string, limit = 0, by = counters) =>
  (await by.increment(key, MINUTE_MS, limit)).totalHits;
const hits = (...keys: string[]) => Promise.all(keys.map((key) => hit(key)));

it('hits of one event-loop turn share one exchange, and each has its own ordinal', async () => {
  expect(await hits('a', 'b', 'a', 'a')).toEqual([1, 1, 2, 3]);
  expect(await hits('a')).toEqual([4]);
  expect(shared.calls).toEqual([
    { keys: ['a', 'b'], hits: [3, 1] },
    { keys: ['a'], hits: [1] },
  ]);
});

it('hits of other processes are counted', async () => {
  await shared.add(['a'], [10]);
  expect(await hits('a', 'a')).toEqual([11, 12]);
});

it('when the shared counters fail, counting continues from the last shared count', async () => {
  await hits('a', 'a', 'a');
  shared.answer = () => Promise.reject(new Error('down'));
  expect(await hits('a', 'a')).toEqual([4, 5]);
  expect(await hits('a')).toEqual([6]);
  expect(shared.calls).toHaveLength(2);
});

describe('while time passes', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] }));
  afterEach(() => jest.useRealTimers());
  /** Advances timers and the event loop by this time. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 20) {
      await jest.advanceTimersByTimeAsync(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('shared counters that hang are down after a second, and no later request waits', async () => {
    shared.answer = () => new Promise(() => undefined);
    let counted: number[] | undefined;
    void hits('a', 'a').then((ordinals) => (counted = ordinals));
    await pass(900);
    expect(counted).toBeUndefined();
    await pass(200);
    expect(counted).toEqual([1, 2]);
    expect(await hits('a', 'b')).toEqual([3, 1]);
    expect(shared.calls).toHaveLength(1);
  });

  it('slow shared counters still count for all processes', async () => {
    await shared.add(['a'], [100]);
    shared.answer = (counts) => new Promise((resolve) => setTimeout(resolve, 900, counts));
    const counted: number[] = [];
    for (let nth = 0; nth < 4; nth += 1) {
      void hit('a').then((ordinal) => counted.push(ordinal));
      await pass(460);
    }
    await pass(1800);
    expect(counted).toEqual([101, 102, 103, 104]);
  });
});

it('hits counted in memory stay counted when the shared counters are back', async () => {
  let late: (counts: Count[]) => void = () => undefined;
  shared.answer = () => new Promise((resolve) => (late = resolve));
  await hits('a', 'a', 'a');
  await hits('a', 'a');
  shared.answer = (counts) => Promise.resolve(counts);
  late([{ hits: 3, endsInMs: 30_000 }]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await hits('a')).toEqual([6]);
});

describe('leased hits', () => {
  const LIMIT = 40;
  const oneByOne = async (count: number, { limit = LIMIT, by = counters } = {}) => {
    const ordinals: number[] = [];
    for (let nth = 0; nth < count; nth += 1) ordinals.push(await hit('a', limit, by));
    return ordinals;
  };

  it('a key with sequential requests leases as many hits as it has made, at most 32', async () => {
    expect(await oneByOne(64, { limit: 1000 })).toEqual(Array.from({ length: 64 }, (_, at) => at + 1));
    expect(shared.calls.map(({ hits: [taken] }) => taken)).toEqual([1, 2, 4, 8, 16, 32, 33]);
  });

  it('no hits are leased in the second half of the limit, nor for concurrent requests', async () => {
    await shared.add(['a'], [19]);
    expect(await oneByOne(3)).toEqual([20, 21, 22]);
    expect(await hits('b', 'b', 'b')).toEqual([1, 2, 3]);
    await Promise.all([hit('b', LIMIT), hit('b', LIMIT)]);
    expect(shared.calls.map(({ hits: [taken] }) => taken)).toEqual([19, 1, 1, 1, 3, 2]);
  });

  it('a request that arrives during the exchange is counted', async () => {
    await oneByOne(3); // the next one leases three
    const asked = new Promise<() => void>((ask) => {
      shared.answer = (counts) => new Promise((resolve) => ask(() => resolve(counts)));
    });
    const alone = hit('a', LIMIT);
    const answer = await asked;
    const burst = Promise.all(Array.from({ length: 50 }, () => hit('a', LIMIT)));
    shared.answer = (counts) => Promise.resolve(counts);
    answer();
    expect(await alone).toBe(4);
    expect((await burst).filter((ordinal) => ordinal <= LIMIT)).toHaveLength(LIMIT - 4);
  });

  it('processes together never exceed the limit', async () => {
    const processes = Array.from({ length: 9 }, () => new ThrottlerCounters(shared));
    const slow = await Promise.all(processes.map((each) => oneByOne(5, { by: each })));
    const burst = await Promise.all(
      processes.flatMap((each) => Array.from({ length: 20 }, () => oneByOne(1, { by: each }))),
    );
    expect([...slow, ...burst].flat().filter((ordinal) => ordinal <= LIMIT)).toHaveLength(LIMIT);
  });

  it('unused leased hits are returned, so that another process may count them', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
    await counters.onModuleInit();
    await oneByOne(4); // 1, 2 and 3, 4 to 7
    await jest.advanceTimersByTimeAsync(2100);
    await new Promise((resolve) => setImmediate(resolve));
    jest.useRealTimers();
    await counters.onApplicationShutdown();
    expect(shared.calls.at(-1)).toEqual({ keys: ['a'], hits: [-3] });
    expect(await oneByOne(1)).toEqual([5]);
  });
});

it('a single process counts in its memory', async () => {
  counters = new ThrottlerCounters(null);
  expect(await hits('a', 'a', 'b')).toEqual([1, 2, 1]);
});
