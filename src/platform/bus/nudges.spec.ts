import { jest } from '@jest/globals';
import { Problem } from '../problem/problem.js';
import type { Bus } from './bus.js';
import { Nudges } from './nudges.js';

const ROOM = { type: 'room', id: 'r', change: 'created' } as const;

/** A process whose bus records what it sends, and whose readers count their gaps. */
function newProcess({ hasReaders = true } = {}) {
  const handlers = new Map<string, (payload: object) => void>();
  const sent: [event: string, payload: object][] = [];
  const seen = { nudged: [] as string[], gaps: 0 };
  const bus = {
    receivesWakeUps: true,
    on: (event: string, handler: (payload: object) => void) => handlers.set(event, handler),
    wake(event: string, payload: object) {
      sent.push([event, payload]);
      handlers.get(event)?.(payload);
    },
    catchUp: (event: string, payload: object) => handlers.get(event)?.(payload),
  };
  const nudges = new Nudges(bus as unknown as Bus);
  nudges.readBy({
    areThere: hasReaders,
    nudged: (userId) => seen.nudged.push(userId),
    mayHaveMissed: () => (seen.gaps += 1),
  });
  const hear = (event: string, payload: object) => handlers.get(event)!({ from: 'other', ...payload });
  const countOf = (event: string) => sent.filter(([name]) => name === event).length;
  return { nudges, bus, sent, seen, hear, countOf };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('a nudge is sent to other processes only while one of them has readers', () => {
  const { nudges, seen, hear, countOf } = newProcess();
  nudges.tell('a', ROOM);
  expect([countOf('user.nudged'), seen.nudged]).toEqual([0, ['a']]);
  hear('nudges.beat', { sent: 0, listens: true });
  nudges.tell('b', ROOM);
  expect([countOf('user.nudged'), seen.nudged]).toEqual([1, ['a', 'b']]);
});

it('a nudge that was not sent counts, so that a reader who came too late learns of a gap', () => {
  const { nudges, sent } = newProcess({ hasReaders: false });
  nudges.tell('a', ROOM);
  nudges.beat();
  expect(sent).toMatchObject([['nudges.beat', { sent: 1, listens: false }]]);
});

it('readers learn of a gap once, and of the next one after five seconds', async () => {
  const { nudges, seen, hear } = newProcess();
  nudges.onModuleInit();
  const beat = async (sent: number) => {
    hear('nudges.beat', { sent, listens: false });
    await jest.advanceTimersByTimeAsync(1250);
  };
  await beat(1);
  expect(seen.gaps).toBe(1);
  await beat(2);
  await beat(3);
  expect(seen.gaps).toBe(1);
  for (let nth = 0; nth < 3; nth += 1) await beat(3);
  expect(seen.gaps).toBe(2);
  nudges.onApplicationShutdown();
});

it.each([
  ['whose outcome is unknown', new Error('connection lost'), 1],
  ['that is refused', Problem.notFound(), 0],
])('a write %s makes a gap, or none', async (_, error, gaps) => {
  const { nudges, seen } = newProcess();
  nudges.onModuleInit();
  await expect(nudges.orMiss(Promise.reject(error))).rejects.toBe(error);
  await jest.advanceTimersByTimeAsync(500);
  expect(seen.gaps).toBe(gaps);
  nudges.onApplicationShutdown();
});

it('while no wake-ups arrive readers read again every fifteen seconds, and once more when they arrive again', async () => {
  const { nudges, bus, seen } = newProcess();
  nudges.onModuleInit();
  await jest.advanceTimersByTimeAsync(1000);
  expect(seen.gaps).toBe(0);
  bus.receivesWakeUps = false;
  await jest.advanceTimersByTimeAsync(31_000);
  expect(seen.gaps).toBe(3);
  bus.receivesWakeUps = true;
  await jest.advanceTimersByTimeAsync(60_000);
  expect(seen.gaps).toBe(4);
});
