import { ChatError, NetworkError, SignedOutError, type UserEvent } from '@chat-backend/client';
import { jest } from '@jest/globals';
import { LiveEvents, pauseMs } from './live-events.js';
import type { News } from './news.js';

type Connection = (UserEvent | Error)[];

/** Events whose connections are given: each ends as its last element says; after the last one the signal aborts. */
function newEvents(connections: Connection[]) {
  const over = new AbortController();
  const left = [...connections];
  const source = {
    async *events() {
      const next = left.shift();
      if (!next) {
        over.abort();
        throw over.signal.reason;
      }
      for (const step of next) {
        if (step instanceof Error) throw step;
        yield step;
      }
    },
  };
  const untilConnected = jest.fn(async () => undefined);
  const pauses: number[] = [];
  const events = new LiveEvents(source, untilConnected, async (ms) => void pauses.push(ms));
  const told: News[] = [];
  events.subscribe((news) => told.push(news));
  return { events, told, pauses, untilConnected, left, follow: () => events.follow(over.signal) };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const message: UserEvent = { type: 'message', id: 'm1', chatroom_id: 'room' };

it('the events of one change arrive together', async () => {
  const { follow, told } = newEvents([[message, { type: 'usage' }]]);
  await follow();
  expect(told).toEqual([]);
  jest.runAllTimers();
  expect(told).toEqual([
    { all: false, rooms: true, usage: true, account: false, events: [message, { type: 'usage' }] },
  ]);
});

it('a sync says that everything is to be read again', async () => {
  const { follow, told } = newEvents([[{ type: 'sync' }]]);
  await follow();
  jest.runAllTimers();
  expect(told).toMatchObject([{ all: true, rooms: true, usage: true, account: true }]);
});

it('a change of the page itself and its events arrive once', async () => {
  const { events, follow, told } = newEvents([[{ type: 'usage' }]]);
  events.add({ usage: true, rooms: true });
  await follow();
  jest.runAllTimers();
  expect(told).toMatchObject([{ usage: true, rooms: true, all: false }]);
});

it('an event of a later version is passed on, and nothing is read for it', async () => {
  const { follow, told } = newEvents([[{ type: 'later' } as never]]);
  await follow();
  jest.runAllTimers();
  expect(told).toMatchObject([{ all: false, rooms: false, usage: false, account: false }]);
});

it('a lost network is waited for', async () => {
  const { follow, untilConnected, pauses, left } = newEvents([[new NetworkError('lost')], [message]]);
  await follow();
  expect([untilConnected.mock.calls.length, left]).toEqual([1, []]);
  // After the connection that has ended as it should.
  expect(pauses).toHaveLength(1);
});

it('a refused stream is asked for again at growing intervals, and each refusal counts as a sync', async () => {
  const refused = [new ChatError(429, { code: 'rate_limited' })];
  const { follow, told, pauses } = newEvents([refused, refused, refused]);
  await follow();
  expect(pauses.map((ms, at) => ms >= 500 * 2 ** at && ms <= 1000 * 2 ** at)).toEqual([true, true, true]);
  jest.runAllTimers();
  expect(told).toMatchObject([{ all: true }]);
});

it('an event ends the series of failures', async () => {
  const refused = new ChatError(429, { code: 'rate_limited' });
  const { follow, pauses } = newEvents([[refused], [refused], [message, refused]]);
  await follow();
  expect(pauses[2]).toBeLessThanOrEqual(1000);
});

it('a session that has ended is not asked for', async () => {
  const { follow, left } = newEvents([[new SignedOutError(401, { code: 'session_ended' })], [message]]);
  await follow();
  expect(left).toHaveLength(1);
});

it('the pause is at most a minute', () => {
  expect([pauseMs(1, 1), pauseMs(3, 0), pauseMs(40, 1)]).toEqual([1000, 2000, 60_000]);
});
