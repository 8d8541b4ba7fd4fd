import { jest } from '@jest/globals';
import { Drain } from './drain.js';
import { Readiness } from './readiness.js';

const up = () => Promise.resolve([]);
const down = () => Promise.reject(new Error('down'));
const silent = () => new Promise<never>(() => undefined);

function readiness(parts: {
  database?: () => Promise<unknown>;
  redis?: () => Promise<unknown>;
  bus?: boolean;
}) {
  const drain = new Drain();
  const redis = parts.redis && { command: parts.redis };
  const look = new Readiness(
    drain,
    { run: parts.database ?? up } as never,
    { isUp: parts.bus ?? true } as never,
    { maxRetriesPerRequest: null },
    redis ? (redis as never) : null,
  );
  return { drain, look: () => look.look().catch((error: Error) => error.message) };
}

it.each([
  [{}, { status: 'ready', checks: { database: 'up', queue: 'up', bus: 'up' } }],
  [{ bus: false }, { status: 'degraded', checks: { database: 'up', queue: 'up', bus: 'down' } }],
  [
    { redis: down },
    { status: 'degraded', checks: { database: 'up', queue: 'down', redis: 'down', bus: 'up' } },
  ],
  // Its pool is busy, but the bus hears it.
  [{ database: silent }, { status: 'ready', checks: { database: 'up', queue: 'up', bus: 'up' } }],
  [{ database: down, bus: false }, 'The database does not respond.'],
])('with %j it says %j', async (parts, expected) => {
  expect(await readiness(parts).look()).toEqual(expected);
});

it('a process that begins its drain is not ready, and its drain handlers are called', async () => {
  const { drain, look } = readiness({});
  const told: string[] = [];
  const takeBack = drain.onBegin(() => told.push('no more'));
  drain.onBegin(() => told.push('stream'));
  takeBack();
  drain.begin();
  drain.begin();
  expect(await look()).toBe('This process is stopping.');
  expect(told).toEqual(['stream']);
});

describe('under a flood', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('dependencies are checked once per half second, also when they are down', async () => {
    for (const answer of [up, down]) {
      const database = jest.fn(answer);
      const { look } = readiness({ database, bus: false });
      const flood = async () => new Set(await Promise.all(Array.from({ length: 1000 }, look))).size;
      expect(await flood()).toBe(1);
      jest.advanceTimersByTime(499);
      expect(await flood()).toBe(1);
      expect(database).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(1);
      await flood();
      expect(database).toHaveBeenCalledTimes(2);
    }
  });

  it('a drain is reported at once', async () => {
    const { drain, look } = readiness({});
    await look();
    drain.begin();
    expect(await look()).toBe('This process is stopping.');
  });
});
