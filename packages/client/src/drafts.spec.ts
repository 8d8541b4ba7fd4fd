import { ChatClient } from './chat-client.js';
import { Drafts, isExpired } from './drafts.js';
import { ExpiredDraftError, NetworkError } from './errors.js';
import { MemoryStore } from './store.js';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const draft = { roomId: 'r', content: 'hello', key: 'key-1', writtenAt: Date.now() };

it.each([
  ['is new', {}, false],
  ['is 22 hours old', { writtenAt: draft.writtenAt - 22 * HOUR_MS }, false],
  ['is a day old', { writtenAt: draft.writtenAt - DAY_MS }, true],
  ['is a day old and accepted', { writtenAt: draft.writtenAt - DAY_MS, replyId: 'm2' }, false],
])('a message that %s is expired: %j -> %s', (_, more, expected) => {
  expect(isExpired({ ...draft, ...more }, draft.writtenAt)).toBe(expected);
});

/** A client with one stored message; every request fails, and is noted. */
async function newClient(more: Partial<typeof draft> & { replyId?: string; editOf?: string } = {}) {
  const store = new MemoryStore();
  store.setItem('chat.drafts.r', JSON.stringify([{ ...draft, ...more }]));
  const requests: string[] = [];
  const keys: (string | undefined)[] = [];
  const chat = new ChatClient({
    url: '',
    store,
    fetch: async (input, init) => {
      requests.push(`${init?.method ?? 'GET'} ${input as string}`);
      keys.push(new Headers(init?.headers).get('idempotency-key') ?? undefined);
      return Response.json({ code: 'not_found' }, { status: 404 });
    },
  });
  return { chat, requests, keys, only: (await chat.unfinished('r'))[0]! };
}

it('a message of yesterday is not sent again by itself, and stays for the user to decide', async () => {
  const { chat, requests, only } = await newClient({ writtenAt: draft.writtenAt - DAY_MS });
  await expect(chat.resend(only).next()).rejects.toThrow(ExpiredDraftError);
  expect([requests, (await chat.unfinished('r')).length]).toEqual([[], 1]);
});

it('an accepted message is followed by its reply, not sent again', async () => {
  const { chat, requests, only } = await newClient({ replyId: 'm2' });
  await expect(chat.resend(only).next()).rejects.not.toThrow(NetworkError);
  expect(requests[0]).toMatch(/^GET .*\/chatroom\/r\/messages\/m2\/stream/);
  expect(requests.some((request) => request.startsWith('POST'))).toBe(false);
});

it('an edit goes on as an edit, with its key', async () => {
  const { chat, requests, keys, only } = await newClient({ editOf: 'm1' });
  await expect(chat.resend(only).next()).rejects.toThrow('404');
  expect([requests, keys]).toEqual([['POST /chatroom/r/messages/m1/edit'], ['key-1']]);
});

it('an edit is stored until its reply is final', async () => {
  const { chat } = await newClient();
  await chat.draft('r', 'other', 'm1');
  expect(await chat.unfinished('r')).toMatchObject([{ key: 'key-1' }, { content: 'other', editOf: 'm1' }]);
});

it('a message that the server accepts is stored with the id of its reply', async () => {
  const drafts = new Drafts(new MemoryStore(), async () => null);
  const added = await drafts.add('r', 'hello');
  await drafts.accept(added, 'm2');
  expect(await drafts.of('r')).toEqual([{ ...added, replyId: 'm2' }]);
});

it('tabs that add a message at the same time lose none', async () => {
  const store = new MemoryStore();
  let last: Promise<unknown> = Promise.resolve();
  const shared = {
    // Each access takes a turn of the event loop, as those of an asynchronous store do.
    getItem: async (key: string) => (await new Promise(setImmediate), store.getItem(key)),
    setItem: async (key: string, value: string) => (
      await new Promise(setImmediate),
      store.setItem(key, value)
    ),
    removeItem: (key: string) => store.removeItem(key),
    lock<T>(work: () => Promise<T>): Promise<T> {
      const run = last.then(work);
      last = run.catch(() => undefined);
      return run;
    },
  };
  const tabs = [new Drafts(shared, async () => 'p1'), new Drafts(shared, async () => 'p1')];
  await Promise.all(tabs.map((tab, nth) => tab.add('r', `message ${nth}`)));
  expect((await tabs[0]!.of('r')).map(({ content }) => content).sort()).toEqual(['message 0', 'message 1']);
});

it('a send notes the id of its reply as soon as the server names it', async () => {
  const message = { id: 'm1' };
  const accepted = { type: 'accepted', message, reply: { id: 'm2', status: 'queued', attempt: 0 } };
  const chat = new ChatClient({
    url: '',
    fetch: async () =>
      new Response(`event: accepted\ndata: ${JSON.stringify(accepted)}\n\n`, {
        headers: { 'content-type': 'text/event-stream' },
      }),
  });
  const sending = chat.send('r', 'hello');
  await sending.next();
  expect(await chat.unfinished('r')).toMatchObject([{ content: 'hello', replyId: 'm2' }]);
  await sending.return(undefined as never);
});

/** Drafts whose user changes as a session does. */
function newDrafts() {
  const store = new MemoryStore();
  const keys = new Set<string>();
  const set = store.setItem.bind(store);
  store.setItem = (key, value) => (keys.add(key), set(key, value));
  const session: { userId: string | null } = { userId: 'p1' };
  const left = () => [...keys].filter((key) => store.getItem(key) !== null);
  return { session, left, drafts: new Drafts(store, async () => session.userId) };
}

it('a message outlives a session that the server ends, for the same user only', async () => {
  const { session, drafts } = newDrafts();
  const added = await drafts.add('r', 'hello');
  session.userId = null;
  await drafts.accept(added, 'm2');
  session.userId = 'p2';
  expect(await drafts.of('r')).toEqual([]);
  session.userId = 'p1';
  await drafts.claim();
  expect(await drafts.of('r')).toMatchObject([{ content: 'hello', replyId: 'm2' }]);
});

it.each([
  ['the sign-in of another user', (drafts: Drafts) => drafts.claim()],
  ['the first message of another user', async (drafts: Drafts) => drafts.remove(await drafts.add('s', 'hi'))],
  ['a sign-out', (drafts: Drafts) => drafts.forget()],
])('%s removes the messages of every room', async (_, end) => {
  const { session, left, drafts } = newDrafts();
  await drafts.add('r1', 'hello');
  await drafts.add('r2', 'hello again');
  session.userId = 'p2';
  await end(drafts);
  expect(left()).toEqual([]);
});

it('a store without messages has no entry', async () => {
  const { left, drafts } = newDrafts();
  await drafts.remove(await drafts.add('r', 'hello'));
  expect(left()).toEqual([]);
});
