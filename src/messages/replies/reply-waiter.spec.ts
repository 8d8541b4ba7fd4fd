import { jest } from '@jest/globals';
import type { Bus } from '../../platform/bus/bus.js';
import { Drain } from '../../platform/health/drain.js';
import { ReplyWaiter } from './reply-waiter.js';

const handlers = new Map<string, (payload: object) => void>();
const bus = {
  receivesWakeUps: true,
  on: (event: string, handler: (payload: object) => void) => handlers.set(event, handler),
} as unknown as Bus;
const REPLY = { id: 'r', chatroomId: 'c' };
const isFinal = (state: string) => state === 'final';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('waiting for a reply', () => {
  it('misses no end that is published during a read, also after the first read', async () => {
    const waiter = new ReplyWaiter(bus, new Drain());
    let reads = 0;
    const read = async () => {
      reads += 1;
      // The state is read before the end, and the event arrives before the result.
      if (reads === 2) handlers.get('reply.final')!({ replyId: 'r' });
      return reads < 3 ? 'live' : 'final';
    };
    const waiting = waiter.wait(REPLY, 60, read, isFinal);
    await jest.advanceTimersByTimeAsync(3000);
    expect(reads).toBe(3);
    expect(await waiting).toBe('final');
  });

  it('reads again when its room is deleted, and not when another room is', async () => {
    const waiter = new ReplyWaiter(bus, new Drain());
    let state = 'live';
    let reads = 0;
    const waiting = waiter.wait(REPLY, 60, async () => ((reads += 1), state), isFinal);
    await jest.advanceTimersByTimeAsync(10);
    handlers.get('room.deleted')!({ chatroomId: 'another' });
    await jest.advanceTimersByTimeAsync(10);
    expect(reads).toBe(1);
    state = 'final';
    handlers.get('room.deleted')!({ chatroomId: 'c' });
    await jest.advanceTimersByTimeAsync(10);
    expect([reads, await waiting]).toEqual([2, 'final']);
  });

  it('a reply whose wake-up was lost is found within a second', async () => {
    const waiter = new ReplyWaiter(bus, new Drain());
    let state = 'live';
    const waiting = waiter.wait(REPLY, 60, async () => state, isFinal);
    await jest.advanceTimersByTimeAsync(10);
    state = 'final';
    await jest.advanceTimersByTimeAsync(1000);
    expect(await waiting).toBe('final');
  });

  it('ends when the process drains', async () => {
    const drain = new Drain();
    const waiter = new ReplyWaiter(bus, drain);
    const waiting = waiter.wait(REPLY, 60, async () => 'live', isFinal);
    await jest.advanceTimersByTimeAsync(10);
    drain.begin();
    expect(await waiting).toBe('live');
    expect(await waiter.wait(REPLY, 60, async () => 'live', isFinal)).toBe('live');
  });
});

describe('a watch that begins before the reply is stored', () => {
  it('misses no end, and reads nothing before it', async () => {
    const waiter = new ReplyWaiter(bus, new Drain());
    const watch = waiter.watch(REPLY);
    let reads = 0;
    const read = async () => ((reads += 1), 'final');
    const following = () => waiter.follow(watch, Date.now() + 60_000, 'live', read, isFinal);
    const quiet = following();
    await jest.advanceTimersByTimeAsync(10);
    expect(reads).toBe(0);
    handlers.get('reply.final')!({ replyId: 'r' });
    expect([await quiet, reads]).toEqual(['final', 1]);
    // The event arrives while the message is being stored.
    handlers.get('reply.final')!({ replyId: 'r' });
    const early = following();
    await jest.advanceTimersByTimeAsync(10);
    expect([await early, reads]).toEqual(['final', 2]);
    watch.close();
  });
});
