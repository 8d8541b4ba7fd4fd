import { jest } from '@jest/globals';
import type { Bus } from '../platform/bus/bus.js';
import { Drain } from '../platform/health/drain.js';
import { ReplyWaiter } from './reply-waiter.js';

let ring: (event: { replyId: string }) => void;
const bus = {
  isUp: true,
  on: (_: string, handler: typeof ring) => {
    ring = handler;
  },
} as unknown as Bus;
const isFinal = (state: string) => state === 'final';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('waiting for a reply', () => {
  it('misses no end that is told while the state is being read, also not after the first reading', async () => {
    const waiter = new ReplyWaiter(bus, new Drain());
    let reads = 0;
    const read = async () => {
      reads += 1;
      // Read before the end, told of it before the answer has arrived.
      if (reads === 2) ring({ replyId: 'r' });
      return reads < 3 ? 'live' : 'final';
    };
    const waiting = waiter.wait('r', 60, read, isFinal);
    await jest.advanceTimersByTimeAsync(3000);
    expect(reads).toBe(3);
    expect(await waiting).toBe('final');
  });

  it('ends with the process', async () => {
    const drain = new Drain();
    const waiter = new ReplyWaiter(bus, drain);
    const waiting = waiter.wait('r', 60, async () => 'live', isFinal);
    await jest.advanceTimersByTimeAsync(10);
    drain.begin();
    expect(await waiting).toBe('live');
    expect(await waiter.wait('r', 60, async () => 'live', isFinal)).toBe('live');
  });
});
