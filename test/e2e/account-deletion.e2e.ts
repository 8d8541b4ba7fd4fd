import { GeminiSandbox, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { ask, marked, send, usedToday } from '../support/conversations.js';
import { StreamReader } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { everythingIn, everythingQueued } from '../support/everything-kept.js';
import {
  askCode,
  deleteAccount,
  newMobile,
  signIn,
  signUpWithPassword,
  type TestUser,
} from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { at, newRoom, someoneWithRoom, startTwin } from '../support/rooms.js';

/** The model, in this process: its calls can be looked at. */
const model = new GeminiSandbox();
let product: Product;
let twin: Product;
beforeAll(async () => {
  await model.listen();
  const environment = { GEMINI_API_KEY: SANDBOX_API_KEY, GEMINI_BASE_URL: model.url };
  product = await startProduct(environment);
  twin = await startTwin(product, environment);
});
afterAll(async () => {
  await Promise.all([twin.close(), product.close()]);
  await model.close();
});

const code = async (asked: Promise<{ status: number; body?: { code?: string } }>) => {
  const { status, body } = await asked;
  return [status, body?.code];
};
const ENDED = [401, 'session_ended'];
const callAbout = (text: string) => model.calls.find(({ lastUserText }) => lastUserText === text);

describe('a deleted account', () => {
  it('leaves no number and no text in any row, job, cache key or log line', async () => {
    const text = `heliotrope${Math.random().toString(36).slice(2)}`;
    const mobile = newMobile();
    const signUp = { path: '/auth/signup', body: { name: `Name ${text}`, email: `${text}@example.com` } };
    const { body } = await product.client.post('/auth/verify-otp', await askCode(product, mobile, signUp));
    const user = { client: product.client.as(body.access_token) } as TestUser;
    const room = (await newRoom(user, { name: `Room ${text}`, system_prompt: `Be ${text}` })).id;
    model.script({ match: text, chunks: [`An answer: ${text}.`] });
    await ask(user, room, `Say ${text}`);
    for (const one of [product, twin]) await one.client.as(body.access_token).get('/chatroom');
    const kept = async () =>
      [await everythingIn(product, 'public'), await everythingQueued(product), product.log, twin.log].join(
        '\n',
      );
    expect(await kept()).toContain(text);
    expect((await deleteAccount(user)).status).toBe(204);
    const left = (await kept())
      .split('\n')
      .filter((line) => line.includes(text) || line.includes(mobile) || line.includes(mobile.slice(1)));
    expect(left).toEqual([]);
  });

  it('is refused on every process with any of its tokens', async () => {
    const { user, room } = await someoneWithRoom(product);
    await at(twin, user).get('/user/me');
    await deleteAccount(user);
    for (const one of [product, twin]) {
      await eventually(async () => (await at(one, user).get('/user/me')).status === 401, Boolean, 2000);
      expect(await code(at(one, user).get('/user/me'))).toEqual(ENDED);
      expect(await code(at(one, user).post(`/chatroom/${room}/message`, { content: 'x' }))).toEqual(ENDED);
      expect(await code(at(one, user).get('/chatroom'))).toEqual(ENDED);
    }
  });

  it('cannot be revived by a refresh token', async () => {
    const { client, tokens } = await signIn(product);
    await deleteAccount({ client });
    const answer = product.client.post('/auth/refresh', { refresh_token: tokens.refresh_token });
    expect(await code(answer)).toEqual(ENDED);
  });

  it('is refused by a process whose bus was down during the deletion', async () => {
    const { user } = await someoneWithRoom(product);
    // Needs no statement: the token alone decides.
    const ask = (one: Product) => at(one, user).get('/models');
    for (const one of [product, twin]) expect((await ask(one)).status).toBe(200);
    const listeners = () =>
      product.rows<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and application_name = 'chat-api-bus'`,
      );
    const before = (await listeners()).map(({ pid }) => pid);
    await product.rows('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [before]);
    await product.rows('delete from users where id = $1', [user.id]); // without a bus message
    await eventually(
      listeners,
      (now) => now.length === before.length && now.every(({ pid }) => !before.includes(pid)),
    );
    for (const one of [product, twin]) expect(await code(ask(one))).toEqual(ENDED);
  });

  it('ends its streams and aborts the model call of its reply', async () => {
    const { user, room } = await someoneWithRoom(product);
    const text = marked();
    model.script({
      match: text,
      chunks: Array.from({ length: 200 }, (_, n) => `${n} `),
      chunkDelayMs: 100,
    });
    const { body } = await send(user, room, text);
    const readers = [product, twin].map((one) => {
      const reader = new StreamReader(user.token);
      return { reader, closed: reader.read(`${one.url}/chatroom/${room}/messages/${body.reply.id}/stream`) };
    });
    await eventually(() => readers.every(({ reader }) => reader.text !== ''));
    expect((await deleteAccount(user)).status).toBe(204);
    await Promise.all(readers.map(({ closed }) => closed));
    expect(readers.map(({ reader }) => reader.done)).toEqual([false, false]);
    expect(await product.rows('select id from messages where chatroom_id = $1', [room])).toEqual([]);
    await eventually(() => callAbout(text)?.aborted);
  });

  it('keeps the day’s quota usage: a new sign-up with the number continues the count', async () => {
    const { user, room } = await someoneWithRoom(product);
    await ask(user, room);
    await ask(user, room);
    expect(await usedToday(user)).toBe(2);
    await deleteAccount(user);
    const again = await signIn(product, user.mobileNumber);
    expect(again.user.id).not.toBe(user.id);
    expect(await usedToday(again)).toBe(2);
    expect((await again.client.get('/chatroom')).body.data).toEqual([]);
  });

  it('keeps the send limit of its number', async () => {
    const [person] = [await signIn(product)];
    const hits = () =>
      product.rows<{ sum: number }>(
        `select sum(hits)::int as sum from limit_counters where scope like 'send:number%'`,
      );
    const [before] = await hits();
    await deleteAccount(person);
    expect(await hits()).toEqual([before]);
  });

  it('is not deleted by a body with an unknown field', async () => {
    const { client } = await signIn(product);
    const { status, body } = await client.delete('/user/me', { body: { confirm: false } });
    expect([status, body.errors]).toMatchObject([400, [{ field: 'confirm', code: 'unknown_field' }]]);
    expect((await client.get('/user/me')).status).toBe(200);
    expect((await client.delete('/user/me', { body: {} })).status).toBe(204);
  });

  it('has no password: the number’s next owner starts with nothing', async () => {
    const person = await signUpWithPassword(product, 'correct horse battery');
    await deleteAccount(person);
    const { mobileNumber: mobile_number } = person;
    const answer = await product.client.post('/auth/login', {
      mobile_number,
      password: 'correct horse battery',
    });
    expect(answer.body.code).toBe('credentials_invalid');
    const next = await signIn(product, mobile_number);
    expect([next.user.has_password, next.user.name]).toEqual([false, null]);
  });
});
