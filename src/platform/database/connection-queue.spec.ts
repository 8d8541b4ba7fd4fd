import { jest } from '@jest/globals';
import { ConnectionQueue } from './connection-queue.js';

const BOUNDS = { slots: 2, maxWaiting: 3, maxWaitMs: 5000, stallMs: 1000 };

let nowMs: number;
let queue: ConnectionQueue;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['performance'] });
  nowMs = 0;
  queue = new ConnectionQueue(BOUNDS, () => nowMs);
});
afterEach(() => jest.useRealTimers());

/** Asks for a connection; what has come of it so far. */
function ask(): { outcome: string } {
  const asked = { outcome: 'waits' };
  queue.enter((error) => (asked.outcome = error ? error.message : 'admitted'));
  return asked;
}
const outcomes = (asked: { outcome: string }[]) => asked.map(({ outcome }) => outcome);
/** Lets time pass, with a statement that completes every half second if `working`, and is followed by another. */
function pass(ms: number, { working = false } = {}): void {
  for (let passed = 0; passed < ms; passed += 100) {
    nowMs += 100;
    if (working && nowMs % 500 === 0) completeAndGoOn();
    jest.advanceTimersByTime(100);
  }
}
/** One turn of the event loop, in which sockets are read. */
const turn = (): void => {
  jest.advanceTimersByTime(0);
};
function completeAndGoOn(): void {
  queue.leave(true);
  if (queue.waitingCount === 0) ask();
}

const STALLED = 'the database has completed nothing for 1000 ms';

it('the queue admits as many requests as it has slots, and the next ones in order of arrival', () => {
  const asked = [ask(), ask(), ask(), ask()];
  expect(outcomes(asked)).toEqual(['admitted', 'admitted', 'waits', 'waits']);
  queue.leave(true);
  expect(outcomes(asked)).toEqual(['admitted', 'admitted', 'admitted', 'waits']);
});

it('a request waits for seconds while statements complete', () => {
  ask();
  ask();
  const waiting = [ask(), ask(), ask()];
  pass(1600, { working: true });
  expect(outcomes(waiting)).toEqual(['admitted', 'admitted', 'admitted']);
});

it('a request is refused after the longest wait, although statements complete', () => {
  queue = new ConnectionQueue({ ...BOUNDS, maxWaiting: 20 }, () => nowMs);
  const asked = Array.from({ length: 16 }, ask);
  pass(5100, { working: true });
  expect(asked.at(-1)!.outcome).toBe('no database connection was free within 5000 ms');
  expect(outcomes(asked).filter((outcome) => outcome === 'admitted')).toHaveLength(12);
});

it('a request beyond the length of the queue is refused at once', () => {
  const asked = Array.from({ length: 6 }, ask);
  expect(asked.at(-1)!.outcome).toBe('3 requests already wait for a database connection');
});

it('waiting and new requests are refused when no statement has completed for a second', () => {
  ask();
  ask();
  const waiting = ask();
  pass(1000);
  expect(waiting.outcome).toBe('waits');
  pass(100);
  const next = ask();
  turn();
  expect(outcomes([waiting, next])).toEqual([STALLED, STALLED]);
});

it('a failed connection frees its slot and does not count as progress', () => {
  ask();
  ask();
  pass(1100);
  queue.leave(false);
  expect(ask().outcome).toBe('admitted');
  const next = ask();
  turn();
  expect(next.outcome).toBe(STALLED);
});

it('a request of a process that was busy for a second waits, because responses have arrived meanwhile', () => {
  ask();
  ask();
  nowMs += 1500;
  const next = ask();
  queue.leave(true);
  turn();
  expect(next.outcome).toBe('admitted');
});

it('the time without requests does not count as a stall', () => {
  ask();
  queue.leave(true);
  pass(60_000);
  expect(outcomes([ask(), ask(), ask()])).toEqual(['admitted', 'admitted', 'waits']);
});

it('after a stall requests are admitted as soon as a statement completes', () => {
  ask();
  ask();
  pass(2000);
  queue.leave(true);
  expect(outcomes([ask(), ask()])).toEqual(['admitted', 'waits']);
});

it('the wait of a request is observed once, whether a connection or a refusal ends it', () => {
  const waits: number[] = [];
  const meter = { waited: (seconds: number) => waits.push(seconds), refused: () => undefined };
  queue = new ConnectionQueue(BOUNDS, () => nowMs, meter);
  for (let n = 0; n < 4; n += 1) ask();
  pass(500);
  queue.leave(true);
  expect(waits).toEqual([0.5]);
  pass(1200);
  expect(waits).toEqual([0.5, 1.6]);
});
