import { jest } from '@jest/globals';
import type { ChatroomListCache } from '../chatroom/list-cache/chatroom-list-cache.js';
import type { Bus } from '../platform/bus/bus.js';
import { Drain } from '../platform/health/drain.js';
import { MessagesService, type SendCommand } from './messages.service.js';
import type { MessagesRepository } from './messages.repository.js';
import type { ReplyQueue } from './replies/reply-queue.js';
import { ReplyWaiter } from './replies/reply-waiter.js';
import type { SendParameters } from './send/send.statement.js';
import type { Nudges } from '../platform/bus/nudges.js';
import type { EditRepository } from './branches/edit.repository.js';
import type { LimitEvents } from './quota/limit-events.js';
import type { SendRepository } from './send/send.repository.js';

it('a waiting send reads its exchange once, also when the reply ends before the send has returned', async () => {
  const handlers = new Map<string, (payload: object) => void>();
  const bus = {
    receivesWakeUps: true,
    on: (event: string, handler: (payload: object) => void) => handlers.set(event, handler),
  } as unknown as Bus;
  const sends = {
    accept: async (_: null, { replyId }: SendParameters) => {
      handlers.get('reply.final')!({ replyId });
      return { outcome: 'accepted', seq: 2, parentId: null, granted: true, tier: 'pro', used: 1, sibling: 1 };
    },
  } as unknown as SendRepository;
  const findExchange = jest.fn(async () => ({ message: {}, reply: { completedAt: new Date() } }));
  const service = new MessagesService(
    sends,
    {} as EditRepository,
    { findExchange } as unknown as MessagesRepository,
    { add: async () => undefined } as unknown as ReplyQueue,
    new ReplyWaiter(bus, new Drain()),
    { invalidate: async () => undefined } as unknown as ChatroomListCache,
    { now: () => new Date() },
    {} as LimitEvents,
    { tell: () => undefined, orMiss: (write: unknown) => write } as unknown as Nudges,
  );
  const command = {
    userId: 'u',
    roomId: 'r',
    content: 'hi',
    editedId: null,
    idempotency: null,
  } as unknown as SendCommand;
  jest.useFakeTimers();
  const ended = jest.fn();
  const sending = service.sendAndWait(
    { ...command, limit: { day: '2026-01-01', limits: { basic: 5, pro: null } } as SendCommand['limit'] },
    30,
  );
  void sending.then(({ reply }) => ended(reply.completedAt));
  // Much less than the interval of polls.
  await jest.advanceTimersByTimeAsync(10);
  expect([ended.mock.calls, findExchange.mock.calls.length]).toEqual([[[expect.any(Date)]], 1]);
  jest.useRealTimers();
});
