import { jest } from '@jest/globals';
import type { Bus, BusEvents } from '../../platform/bus/bus.js';
import { Drain } from '../../platform/health/drain.js';
import { OpenStreams } from '../../platform/stream/open-streams.js';
import { TextChannel, type PieceHandler } from '../../platform/stream/text-channel.js';
import type { Message } from '../message.entity.js';
import type { MessagesRepository } from '../messages.repository.js';
import type { ReplyStream } from './reply-stream.js';
import { ReplyStreams } from './reply-streams.service.js';

const OWNER = { sessionId: 's', chatroomId: 'c' };
const ROW = {
  id: 'r',
  attempt: 1,
  content: '',
  status: 'streaming',
  nextAttemptAt: null,
  completedAt: null,
  errorCode: null,
  promptTokens: null,
  createdAt: new Date(0),
} as Message;
const FAILED: Message = { ...ROW, status: 'failed', completedAt: new Date(0) };
const RETRIED: Message = { ...ROW, attempt: 2, status: 'queued' };

/** A bus that delivers at once and whose state the test sets. */
class FakeBus {
  isUp = true;
  readonly receivesWakeUps = true;
  reconnected: () => Promise<void> = async () => undefined;
  private readonly handlers = new Map<string, (payload: object) => void>();

  on(event: string, handler: (payload: object) => void): void {
    this.handlers.set(event, handler);
  }

  onReconnect(handler: () => Promise<void>): void {
    this.reconnected = handler;
  }

  tell<E extends keyof BusEvents>(event: E, payload: BusEvents[E]): void {
    this.handlers.get(event)?.(payload);
  }
}

/** A channel that records subscriptions. */
class FakeChannel extends TextChannel {
  readonly isUp = true;
  readonly calls: string[] = [];
  readonly handlers = new Map<string, PieceHandler>();

  async publish(): Promise<void> {}

  async follow(id: string, handler: PieceHandler): Promise<void> {
    this.calls.push(`follow ${id}`);
    this.handlers.set(id, handler);
  }

  unfollow(id: string): void {
    this.calls.push(`unfollow ${id}`);
  }
}

/** Streams with their fakes; every reply has the values of {@link ROW} until a test changes them. */
function newStreams() {
  const [bus, channel, drain] = [new FakeBus(), new FakeChannel(), new Drain()];
  const rows: { now: Message | null; reads: number; read: string[][]; answer: Promise<void> } = {
    now: ROW,
    reads: 0,
    read: [],
    answer: Promise.resolve(),
  };
  const findMany = async (ids: string[]) => {
    rows.reads += 1;
    rows.read.push(ids);
    await rows.answer;
    return rows.now ? ids.map((id) => ({ ...rows.now, id })) : [];
  };
  const openStreams = new OpenStreams(bus as unknown as Bus, drain);
  const streams = new ReplyStreams(
    channel,
    bus as unknown as Bus,
    { findMany } as unknown as MessagesRepository,
    openStreams,
  );
  const open = () => reading(streams.open(OWNER, ROW, null));
  return { streams, openStreams, bus, channel, drain, open, rows };
}

/** A client that reads a stream. */
function reading({ body }: ReplyStream) {
  const client = { body, text: '' };
  body.on('data', (bytes: Buffer) => (client.text += bytes.toString()));
  return client;
}

/** Lets streams send and close. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

it.each([
  ['session', (bus: FakeBus) => bus.tell('session.ended', { sessionId: OWNER.sessionId, userId: 'u' })],
  ['room', (bus: FakeBus) => bus.tell('room.deleted', { chatroomId: OWNER.chatroomId })],
])('a stream ends whose %s ends, also while its request is on its way', async (_, end) => {
  const { bus, channel, open } = newStreams();
  const early = open();
  end(bus);
  const late = open();
  await turn();
  expect([early.body.closed, late.body.closed]).toEqual([true, true]);
  expect(late.text).not.toContain('event:');
  expect(channel.calls).toEqual(['follow r', 'unfollow r']);
});

it('a stream ends when its account was deleted during an outage of the bus', async () => {
  const { bus, open, rows } = newStreams();
  const { body } = open();
  while (rows.reads === 0) await turn(); // the read at the start of a stream
  rows.now = null;
  const closed = new Promise((resolve) => body.once('close', resolve));
  await bus.reconnected();
  await closed;
  expect(rows.reads).toBe(2);
});

it('streams of other sessions and rooms stay open', async () => {
  const { bus, open } = newStreams();
  const early = open();
  bus.tell('session.ended', { sessionId: 'another', userId: 'u' });
  bus.tell('room.deleted', { chatroomId: 'another' });
  const late = open();
  await turn();
  expect([early.body.closed, late.body.closed]).toEqual([false, false]);
});

it('streams of one reply share a subscription, and the last one to close ends it', async () => {
  const { channel, open } = newStreams();
  const [one, two] = [open(), open()];
  channel.handlers.get('r')!({ streamId: 'r', attempt: 1, start: 0, text: 'word' });
  await turn();
  expect([one.text, two.text]).toEqual(Array(2).fill(expect.stringContaining('"word"')));
  one.body.destroy();
  await turn();
  expect(channel.calls).toEqual(['follow r']);
  two.body.destroy();
  await turn();
  expect(channel.calls).toEqual(['follow r', 'unfollow r']);
});

afterEach(() => {
  jest.useRealTimers();
});

it('a row is read at once; rows that are due while the database answers share the next statement', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
  const { streams, rows } = newStreams();
  let answer = () => undefined as void;
  rows.answer = new Promise((resolve) => (answer = resolve));
  const open = async (id: string) => {
    streams.open(OWNER, { ...ROW, id }, null);
    await turn(); // the subscription
    await turn(); // the read
  };
  await open('a');
  expect(rows.read).toEqual([['a']]);
  await open('b');
  await open('c');
  expect(rows.read).toHaveLength(1);
  // A database that does not answer holds up one statement, not the streams.
  await jest.advanceTimersByTimeAsync(10);
  expect(rows.read).toEqual([['a'], ['b', 'c']]);
  answer();
  await turn();
  await open('d');
  expect(rows.read).toEqual([['a'], ['b', 'c'], ['d']]);
});

it('streams close when the process drains, and so do streams that open then', async () => {
  const { drain, open } = newStreams();
  const early = open();
  drain.begin();
  const late = open();
  await turn();
  expect([early.body.closed, late.body.closed]).toEqual([true, true]);
});

describe('a client that does not read', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it.each<[string, (bus: FakeBus, drain: Drain) => void]>([
    ['its session', (bus) => bus.tell('session.ended', { sessionId: OWNER.sessionId, userId: 'u' })],
    ['its room', (bus) => bus.tell('room.deleted', { chatroomId: OWNER.chatroomId })],
    ['the process', (_, drain) => drain.begin()],
  ])('is disconnected within two seconds of the end of %s', async (_, end) => {
    const { streams, bus, drain } = newStreams();
    const { body } = streams.open(OWNER, ROW, null);
    end(bus, drain);
    await jest.advanceTimersByTimeAsync(1800);
    expect(body.destroyed).toBe(true);
  });

  it('does not keep other streams at an end that a retry has revoked', async () => {
    const { streams, bus, channel, rows } = newStreams();
    const stalled = streams.open(OWNER, ROW, null);
    rows.now = FAILED;
    bus.tell('reply.final', { replyId: 'r' });
    await jest.advanceTimersByTimeAsync(100);
    rows.now = RETRIED;
    const late = reading(streams.open(OWNER, RETRIED, null));
    await jest.advanceTimersByTimeAsync(100);
    expect(late.text).toContain('"status":"queued","attempt":2');
    expect(late.text).not.toContain('failed');
    stalled.body.destroy();
    await turn();
    expect(late.body.closed).toBe(false);
    expect(channel.calls).toEqual(['follow r', 'unfollow r', 'follow r']);
  });

  it.each([
    ['has ended', FAILED],
    ['is gone', null],
  ])('causes no reads after the reply %s', async (_, row) => {
    const { streams, bus, channel, rows } = newStreams();
    streams.onModuleInit();
    streams.open(OWNER, ROW, null);
    rows.now = row;
    bus.tell('reply.final', { replyId: 'r' });
    await jest.advanceTimersByTimeAsync(100);
    const { reads } = rows;
    await jest.advanceTimersByTimeAsync(20_000);
    expect([rows.reads - reads, channel.calls]).toEqual([0, ['follow r', 'unfollow r']]);
    streams.onApplicationShutdown();
  });
});

describe('without the bus', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it.each([
    ['streams stay open for a moment', 1200, false],
    ['streams close within two seconds, because ended sessions go unnoticed', 1900, true],
  ])('%s', async (_, deafMs, closed) => {
    const { openStreams, bus, open } = newStreams();
    openStreams.onModuleInit();
    const { body } = open();
    await jest.advanceTimersByTimeAsync(5000);
    bus.isUp = false;
    await jest.advanceTimersByTimeAsync(deafMs);
    await turn();
    expect(body.closed).toBe(closed);
    openStreams.onApplicationShutdown();
  });
});
