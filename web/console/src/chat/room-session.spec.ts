import {
  ChatError,
  DailyLimitError,
  ExpiredDraftError,
  NetworkError,
  type ChatClient,
  type Draft,
  type UserEvent,
} from '@chat-backend/client';
import { jest } from '@jest/globals';
import { joinedNews, newsOf, noNews } from '../live/news.js';
import { RoomSession } from './room-session.js';
import { liveReply, reply, update, userMessage } from './testing.js';

type Scripted = ReturnType<ChatClient['resend']>;

/** A stream that ends as its last element says: a final reply, or an error. */
async function* stream(...steps: (ReturnType<typeof update> | Error)[]): Scripted {
  for (const step of steps) {
    if (step instanceof Error) throw step;
    yield step;
  }
  return reply(0, 0);
}

const answered = (seq: number) =>
  stream(
    update({ message: userMessage(seq), replyId: `r${seq + 1}` }),
    update({ replyId: `r${seq + 1}`, reply: reply(seq + 1, seq) }),
  );
const lost = () => stream(new NetworkError('lost'));

/** A client whose streams are given; the server's history is what `history` holds. */
function newRoom({
  drafts = [],
  history = [],
}: { drafts?: Draft[]; history?: ReturnType<typeof reply>[] } = {}) {
  let kept = [...drafts];
  const client = {
    unfinished: jest.fn(async () => kept),
    messages: jest.fn(
      async (
        ..._page: unknown[]
      ): Promise<{ data: ReturnType<typeof reply>[]; next_cursor: string | null }> => ({
        data: history.toReversed(),
        next_cursor: null,
      }),
    ),
    draft: jest.fn(async (roomId: string, content: string, editOf?: string) => {
      const key = `key-${kept.length}`;
      const draft = { roomId, content, key, writtenAt: Date.now(), ...(editOf !== undefined && { editOf }) };
      kept.push(draft);
      return draft;
    }),
    discard: jest.fn(async () => void (kept = [])),
    resend: jest.fn((_draft: Draft) => {
      history = [userMessage(1), reply(2, 1)];
      return answered(1);
    }),
    follow: jest.fn((_room: string, replyId: string) =>
      stream(update({ replyId, reply: history.find(({ id }) => id === replyId)! })),
    ),
    regenerate: jest.fn(() => lost()),
    retry: jest.fn(() => lost()),
    message: jest.fn(async (_room: string, id: string) => history.find((one) => one.id === id)!),
    siblings: jest.fn(async (): Promise<ReturnType<typeof reply>[]> => []),
    choose: jest.fn(async (_room: string, _id: string) => undefined),
  };
  const hooks = {
    onChange: jest.fn(),
    onRefused: jest.fn(),
    onError: jest.fn(),
    untilConnected: jest.fn(async () => undefined),
  };
  const session = new RoomSession(client as unknown as ChatClient, 'room', hooks);
  const refuse = (error: Error) =>
    client.resend.mockImplementationOnce(() => {
      kept = [];
      return stream(error);
    });
  return { session, client, hooks, refuse, shown: () => session.view.get() };
}

it('a lost network does not lose a message: it goes on with the same key', async () => {
  const { session, client, hooks, shown } = newRoom();
  client.resend.mockImplementationOnce(lost);
  await session.send('message 1');
  expect(client.resend.mock.calls.map(([{ key }]) => key)).toEqual(['key-0', 'key-0']);
  expect(hooks.untilConnected).toHaveBeenCalledTimes(1);
  expect([shown().pending, shown().messages.map(({ id }) => id)]).toEqual([[], ['m1', 'r2']]);
});

it('a send that is under way when the room is opened is not sent beside itself', async () => {
  const { session, client } = newRoom();
  const sending = session.send('message 1');
  await Promise.all([session.open(), sending]);
  expect(client.resend).toHaveBeenCalledTimes(1);
});

it('a draft of before a reload goes on, and is not shown beside the history', async () => {
  const draft = { roomId: 'room', content: 'message 1', key: 'old', writtenAt: Date.now() };
  const { session, client, shown } = newRoom({ drafts: [draft], history: [userMessage(1), liveReply(2, 1)] });
  await session.open();
  expect(client.resend.mock.calls.map(([{ key }]) => key)).toEqual(['old']);
  expect(shown().pending.filter(({ isResumed }) => !isResumed)).toEqual([]);
});

it('a refused message gives its text back', async () => {
  const { session, hooks, refuse, shown } = newRoom();
  const limit = new DailyLimitError(429, { code: 'daily_limit_reached' });
  refuse(limit);
  await session.send('one too many');
  expect(hooks.onRefused.mock.calls).toMatchObject([[{ content: 'one too many' }, limit]]);
  expect(shown().pending).toEqual([]);
});

it('a message that the server failed to take stays, for the person to send again', async () => {
  const { session, client, shown } = newRoom();
  const failure = new ChatError(500, { code: 'internal_error' });
  client.resend.mockImplementationOnce(() => stream(failure));
  await session.send('message 1');
  expect(shown().pending).toMatchObject([{ state: 'failed', error: failure }]);
  await session.resend(shown().pending[0]!.draft);
  expect([shown().pending, shown().messages.length]).toEqual([[], 2]);
});

it('a discarded message is gone', async () => {
  const { session, client, shown } = newRoom();
  client.resend.mockImplementationOnce(() => stream(new ChatError(500, {})));
  await session.send('message 1');
  await session.discard(shown().pending[0]!.draft);
  expect([shown().pending, client.discard.mock.calls.length]).toEqual([[], 1]);
});

it('a message that is discarded while it waits for the network is not sent', async () => {
  const { session, client, hooks, shown } = newRoom();
  client.resend.mockImplementationOnce(lost);
  hooks.untilConnected.mockImplementationOnce(
    async () => session.discard(shown().pending[0]!.draft) as never,
  );
  await session.send('message 1');
  expect([shown().pending, client.resend.mock.calls.length]).toEqual([[], 1]);
});

it('a message that is accepted and then refused a stream stays in the room, and its text is not given back', async () => {
  const { session, client, hooks, shown } = newRoom({ history: [userMessage(1), liveReply(2, 1)] });
  client.resend.mockImplementationOnce(() =>
    stream(update({ message: userMessage(1), replyId: 'r2' }), new ChatError(429, { code: 'rate_limited' })),
  );
  client.follow.mockImplementation(() => stream(new ChatError(429, { code: 'rate_limited' })));
  await session.send('message 1');
  expect(hooks.onRefused).not.toHaveBeenCalled();
  expect([shown().pending, shown().messages.map(({ id }) => id), shown().live]).toEqual([
    [],
    ['m1', 'r2'],
    {},
  ]);
});

it('a message of yesterday is sent only when the person says so, and as a new message', async () => {
  const draft = { roomId: 'room', content: 'message 1', key: 'old', writtenAt: 0 };
  const { session, client, shown } = newRoom({ drafts: [draft] });
  client.resend.mockImplementationOnce(() => stream(new ExpiredDraftError('a day old')));
  await session.open();
  expect(shown().pending).toMatchObject([{ state: 'failed', draft: { key: 'old' } }]);
  await session.resend(draft);
  expect(client.resend.mock.calls.map(([{ key }]) => key)).toEqual(['old', 'key-0']);
  expect([shown().pending, client.discard.mock.calls.length]).toEqual([[], 1]);
});

it('a room that is opened without a network is read when there is one', async () => {
  const { session, client, hooks, shown } = newRoom({ history: [userMessage(1), reply(2, 1)] });
  client.messages.mockRejectedValueOnce(new NetworkError('lost'));
  await session.open();
  expect([hooks.untilConnected.mock.calls.length, shown().messages.length]).toEqual([1, 2]);
});

it('another answer whose request was lost is not asked for again: it may have begun', async () => {
  const { session, client, hooks } = newRoom({ history: [userMessage(1), reply(2, 1)] });
  await session.open();
  client.messages.mockClear();
  await session.regenerate('r2');
  expect([client.regenerate.mock.calls.length, hooks.onError.mock.calls.length]).toEqual([1, 1]);
  expect(client.messages).toHaveBeenCalled();
});

it('a retry that is refused shows the failed reply again', async () => {
  const { session, client, shown } = newRoom({
    history: [userMessage(1), reply(2, 1, { status: 'failed' })],
  });
  await session.open();
  client.retry.mockImplementationOnce(() => stream(new ChatError(409, { code: 'not_retriable' })));
  const retrying = session.retry('r2');
  expect(shown().live['r2']?.status).toBe('queued');
  await retrying;
  expect(shown().live).toEqual({});
});

it('replies that are being made are followed one after the other', async () => {
  const history = [userMessage(1), liveReply(2, 1), userMessage(3), liveReply(4, 3)];
  const { session, client } = newRoom({ history });
  client.follow.mockImplementation((_room, replyId) => {
    const index = history.findIndex(({ id }) => id === replyId);
    history[index] = { ...history[index]!, status: 'completed', completed_at: '2026-11-20T09:00:01.000Z' };
    return stream(update({ replyId, reply: history[index] }));
  });
  await session.open();
  await new Promise<void>((resolve) => {
    const stop = session.view.subscribe(() => {
      if (session.view.get().messages.some(({ completed_at }) => completed_at === null)) return;
      stop();
      resolve();
    });
  });
  expect(client.follow.mock.calls.map(([, id]) => id)).toEqual(['r2', 'r4']);
});

const news = (event: UserEvent) => joinedNews(noNews, newsOf(event));

it('an edit is sent with the key of its draft, and takes the place of the message', async () => {
  const { session, client, shown } = newRoom({ history: [userMessage(1), reply(2, 1)] });
  await session.open();
  const edited = userMessage(3, 'other', { parent_id: null });
  client.messages.mockResolvedValue({ data: [reply(4, 3), edited], next_cursor: null });
  client.resend.mockImplementationOnce(lost);
  client.resend.mockImplementationOnce(() => stream(update({ message: edited, replyId: 'r4' })));
  await session.send('other', 'm1');
  expect(client.resend.mock.calls.map(([{ key, editOf }]) => [key, editOf])).toEqual([
    ['key-0', 'm1'],
    ['key-0', 'm1'],
  ]);
  expect(shown().messages.map(({ id }) => id)).toEqual(['m3', 'r4']);
});

it('an expired edit that the person sends again is an edit with another key', async () => {
  const draft = { roomId: 'room', content: 'other', key: 'old', writtenAt: 0, editOf: 'm1' };
  const { session, client } = newRoom({ drafts: [draft] });
  await session.resend(draft);
  expect(client.draft.mock.calls).toEqual([['room', 'other', 'm1']]);
});

it('a page that was read before a message was accepted does not hide it', async () => {
  const { session, client, shown } = newRoom();
  let answer = (_page: { data: never[]; next_cursor: null }) => undefined as void;
  client.messages.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
  client.messages.mockResolvedValue({ data: [reply(2, 1), userMessage(1)], next_cursor: null });
  const reading = session.refresh();
  await session.send('message 1');
  answer({ data: [], next_cursor: null });
  await reading;
  expect(shown().messages.map(({ id }) => id)).toEqual(['m1', 'r2']);
});

it('a sibling that was seen is chosen without a search; another one is looked for', async () => {
  const siblings = (index: number) => ({ siblings: { index, count: 3 } });
  const history = [userMessage(1), reply(2, 1, siblings(1))];
  const { session, client } = newRoom({ history });
  await session.open();
  await session.step(reply(4, 1, siblings(2)), -1);
  expect([client.choose.mock.calls, client.siblings.mock.calls.length]).toEqual([[['room', 'r2']], 0]);
  client.siblings.mockResolvedValueOnce([reply(2, 1), reply(4, 1), reply(6, 1)]);
  await session.step(reply(4, 1, siblings(2)), 1);
  expect(client.choose.mock.calls.at(-1)).toEqual(['room', 'r6']);
});

it('a message far up the conversation is loaded page by page; one of another branch is chosen first', async () => {
  const history = [userMessage(1), reply(2, 1, { active: false })];
  const { session, client } = newRoom({ history });
  client.messages.mockImplementation(async (_room, cursor) =>
    cursor === null
      ? { data: [reply(4, 3), userMessage(3)], next_cursor: 'c1' }
      : { data: [reply(2, 1), userMessage(1)], next_cursor: null },
  );
  expect(await session.reveal('m1')).toBe(true);
  expect(client.choose).not.toHaveBeenCalled();
  client.messages.mockResolvedValue({ data: history.toReversed(), next_cursor: null });
  const { session: other, client: server } = newRoom({ history });
  expect(await other.reveal('r2')).toBe(true);
  expect(server.choose.mock.calls).toEqual([['room', 'r2']]);
});

it.each<[string, UserEvent, number]>([
  ['a message of another device', { type: 'message', id: 'm9', chatroom_id: 'room' }, 1],
  ['a message of another room', { type: 'message', id: 'm9', chatroom_id: 'other' }, 0],
  ['its own message', { type: 'message', id: 'm1', chatroom_id: 'room' }, 0],
  ['a reply that is shown', { type: 'reply', id: 'r2', chatroom_id: 'room', status: 'completed' }, 0],
  ['a reply that is retried', { type: 'reply', id: 'r2', chatroom_id: 'room', status: 'queued' }, 1],
  ['its room', { type: 'room', id: 'room', change: 'updated' }, 1],
  ['a lost event', { type: 'sync' }, 1],
  ['the usage', { type: 'usage' }, 0],
])('an event of %s makes a read where the page does not show it yet', async (_, event, reads) => {
  const { session, client } = newRoom({ history: [userMessage(1), reply(2, 1)] });
  await session.send('message 1');
  client.messages.mockClear();
  session.applyNews(news(event));
  expect(client.messages).toHaveBeenCalledTimes(reads);
});

it('a closed room reads nothing more', async () => {
  const { session, client, shown } = newRoom({ history: [userMessage(1), liveReply(2, 1)] });
  session.close();
  await session.refresh();
  expect([client.follow.mock.calls.length, shown().live]).toEqual([0, {}]);
});
