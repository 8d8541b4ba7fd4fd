import {
  ChatClient,
  DailyLimitError,
  MemoryStore,
  SignedOutError,
  type ReplyUpdate,
} from '@chat-backend/client';
import { marked, script, usedToday } from '../support/conversations.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { newUser, signIn, signToken, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';

describe('the client package', () => {
  let product: Product;
  let proxy: FlakyProxy;
  beforeAll(async () => {
    product = await sharedProduct();
    proxy = await FlakyProxy.to(product.url);
  });
  afterAll(async () => {
    proxy.close();
    await product.close();
  });

  /** A user whose client is behind the unreliable network, with a room. */
  async function newPerson(options?: Parameters<typeof newUser>[1]) {
    const user = await newUser(product, options);
    const store = new MemoryStore();
    const signedOut = { times: 0 };
    const chat = new ChatClient({ url: proxy.url, store, onSignedOut: () => (signedOut.times += 1) });
    keep(store, user);
    return { user, chat, store, signedOut, room: (await newRoom(user)).id };
  }
  const keep = (
    store: MemoryStore,
    { token, refreshToken }: Pick<TestUser, 'token'> & { refreshToken?: string },
  ) =>
    store.setItem(
      'chat.tokens',
      JSON.stringify({ access_token: token, refresh_token: refreshToken ?? 'none' }),
    );
  const messagesOf = (user: TestUser) =>
    product.rows('select role from messages where user_id = $1', [user.id]);
  async function answered(chunks: string[], chunkDelayMs = 30) {
    const content = marked();
    await script(product, { match: content, chunks, chunk_delay_ms: chunkDelayMs });
    return content;
  }
  async function read(updates: AsyncIterable<ReplyUpdate>): Promise<ReplyUpdate[]> {
    const all: ReplyUpdate[] = [];
    for await (const update of updates) all.push(update);
    return all;
  }

  it('signs in with a code, sends, and gives the reply as it is written', async () => {
    const chat = new ChatClient({ url: product.url });
    const number = `+9198${Math.floor(1e7 + Math.random() * 8e7)}`;
    const sent = await chat.sendCode(number);
    const me = await chat.verifyCode(number, sent, sent.otp!);
    expect((await chat.me()).id).toBe(me.id);
    const room = await chat.createRoom({ name: 'Physics' });
    const updates = await read(chat.send(room.id, await answered(['Because ', 'of ', 'Rayleigh.'])));
    expect(updates.at(-1)).toMatchObject({ text: 'Because of Rayleigh.', status: 'completed' });
    expect(updates.at(-1)!.reply).toEqual(await chat.message(room.id, updates.at(-1)!.replyId!));
    await chat.signOut();
    expect(await chat.isSignedIn()).toBe(false);
  });

  it.each([
    ['the request is lost', ['lose request', 'busy']],
    ['the answer is lost', ['lose answer', 'lose answer']],
    ['the answer is cut, again and again', ['cut answer', 'cut answer', 'cut answer']],
  ] as const)('when %s, one message is sent and its text is read once', async (_, fates) => {
    const { user, chat, room } = await newPerson();
    const content = await answered(['one ', 'two 😀 ', 'three']);
    proxy.next(new RegExp(room), ...fates);
    const updates = await read(chat.send(room, content));
    expect(updates.at(-1)).toMatchObject({ text: 'one two 😀 three', status: 'completed' });
    expect(proxy.isCalm).toBe(true);
    for (const { text } of updates) expect('one two 😀 three'.startsWith(text)).toBe(true);
    expect(await messagesOf(user)).toHaveLength(2);
    expect(await usedToday(user)).toBe(1);
  });

  it('a send that a reload interrupts is found, and read to its end by the next page', async () => {
    const { user, chat, store, room } = await newPerson();
    const content = await answered(['first ', 'second ', 'third'], 100);
    for await (const { text } of chat.send(room, content)) if (text !== '') break;
    const reloaded = new ChatClient({ url: proxy.url, store });
    const [draft] = await reloaded.unfinished(room);
    expect(draft).toMatchObject({ roomId: room, content });
    const updates = await read(reloaded.resend(draft!));
    expect(updates.at(-1)!.text).toBe('first second third');
    expect(await reloaded.unfinished(room)).toEqual([]);
    expect(await messagesOf(user)).toHaveLength(2);
  });

  it('a room that is opened again is followed where a reply is being made', async () => {
    const { chat, room } = await newPerson();
    expect(await chat.followRoom(room)).toBeNull();
    for await (const { replyId } of chat.send(room, await answered(['a ', 'b'], 200))) if (replyId) break;
    const updates = await read((await chat.followRoom(room))!);
    expect(updates.at(-1)!.text).toBe('a b');
  });

  it('the limit of the day is an error of its own, and leaves no draft', async () => {
    const { user, chat, room } = await newPerson({ tier: 'basic' });
    for (let nth = 0; nth < 5; nth += 1) await read(chat.send(room, await answered(['x'], 0)));
    const refused = await read(chat.send(room, 'more')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DailyLimitError);
    const { limit, used, resetsAt, upgrade } = refused as DailyLimitError;
    const usage = (await user.client.get('/user/usage')).body;
    expect([limit, used, resetsAt.toISOString(), upgrade]).toEqual([5, 5, usage.resets_at, '/subscribe/pro']);
    expect(await chat.unfinished(room)).toEqual([]);
  });

  it('of requests that meet an expired token, one refreshes, though its answer is lost', async () => {
    const { user, tokens } = await signIn(product);
    const { sid } = JSON.parse(atob(tokens.access_token.split('.')[1]!)) as { sid: string };
    const { chat, store } = await newPerson();
    const now = Math.floor(Date.now() / 1000);
    const expired = signToken({ sub: user.id, sid, iat: now - 1000, exp: now - 100 });
    keep(store, { token: expired, refreshToken: tokens.refresh_token });
    proxy.next(/auth.refresh/, 'lose answer');
    const before = proxy.requests.length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => chat.me()));
    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([user.id]));
    const refreshes = proxy.requests.slice(before).filter((line) => line.includes('/auth/refresh'));
    expect(refreshes).toEqual(['POST /auth/refresh: lose answer', 'POST /auth/refresh']);
  });

  it('a session that has ended is reported once', async () => {
    const { user, chat, room, signedOut } = await newPerson();
    await user.client.post('/auth/logout');
    const outcomes = await Promise.allSettled([chat.me(), chat.usage(), read(chat.send(room, 'x'))]);
    for (const outcome of outcomes)
      expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(SignedOutError);
    expect([signedOut.times, await chat.isSignedIn()]).toEqual([1, false]);
  });

  it('stop ends the reply at the server; retry and regenerate are followed', async () => {
    const { chat, room } = await newPerson({ tier: 'pro' });
    const content = marked();
    await script(
      product,
      { match: content, outcome: 'http_error', status: 400 },
      { match: content, chunks: ['better'] },
    );
    const [failed] = (await read(chat.send(room, content))).slice(-1);
    expect(failed!.reply).toMatchObject({ status: 'failed', error: { retriable: false } });
    const retried = (await read(chat.retry(room, failed!.replyId!))).at(-1)!;
    expect([retried.replyId, retried.text]).toEqual([failed!.replyId, 'better']);
    const other = (await read(chat.regenerate(room, retried.replyId!))).at(-1)!;
    expect(other.reply).toMatchObject({ status: 'completed', in_reply_to: retried.reply!.in_reply_to });
    expect(other.replyId).not.toBe(retried.replyId);
    const all: ReplyUpdate[] = [];
    for await (const update of chat.send(room, '[[sandbox: hang]]')) {
      all.push(update);
      if (all.length === 1) await chat.stop(room, update.replyId!);
    }
    expect(all.at(-1)!.status).toBe('stopped');
  });
});
