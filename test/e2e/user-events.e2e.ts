import { ChatClient } from '../../packages/client/src/index.js';
import { ask, marked } from '../support/conversations.js';
import { StreamReader, type ReadEvent } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { act, newAdmin } from '../support/operators.js';
import { newUser, signIn, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { at, newRoom, someoneWithRoom, startTwin } from '../support/rooms.js';

let product: Product;
/** The process at which users read, up to the last test. All changes are made at the other one. */
let twin: Product;
let over: AbortController;
beforeAll(async () => {
  product = await sharedProduct();
  twin = await startTwin(product, { WORKER: 'separate', STREAMS_PER_USER: '3' });
});
beforeEach(() => {
  over = new AbortController();
});
afterEach(() => over.abort());
afterAll(async () => {
  await twin.close();
  await product.close();
});

/** Opens the events of a user, and waits until a change of a room of its own, at the other process, arrives. */
async function follow(user: TestUser, reads = twin) {
  const { id: spare } = await newRoom(user);
  const reader = new StreamReader(user.token, over.signal);
  const ended = reader.read(`${reads.url}/user/events`).catch(() => reader);
  await eventually(
    async () => {
      await user.client.patch(`/chatroom/${spare}`, { pinned: true });
      return reader.of('room');
    },
    ({ length }) => length > 0,
  );
  /** Events so far, without `sync` and the changes of that room. */
  const told = () => reader.events.filter(({ event, data }) => event !== 'sync' && data.id !== spare);
  return { reader, ended, told };
}
const seen = (reader: StreamReader, is: (event: ReadEvent) => boolean) =>
  eventually(
    () => reader.events,
    (events) => events.some(is),
  );
const syncs = (reader: StreamReader, count: number) =>
  eventually(
    () => reader.of('sync'),
    ({ length }) => length >= count,
  );

it('events name every change at another process, without text, after a first sync', async () => {
  const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
  const { reader, told } = await follow(user);
  const text = marked('a secret');
  const { body } = await ask(user, room, text);
  await seen(reader, ({ event }) => event === 'reply');
  const reply = `/chatroom/${room}/messages/${body.reply.id}`;
  await user.client.put(`${reply}/feedback`, { rating: 'up' });
  await seen(reader, ({ event, data }) => event === 'message' && data.id === body.reply.id);
  const again = await user.client.post(`${reply}/regenerate`);
  await seen(reader, ({ data }) => data.id === again.body.reply.id && data.status === 'completed');
  await user.client.delete(`/chatroom/${room}`);
  await seen(reader, ({ data }) => data.change === 'deleted');
  expect(reader.events[0]).toMatchObject({ event: 'sync', id: null, data: {} });
  expect(told().map(({ event, data }) => [event, data])).toEqual([
    ['message', { id: body.message.id, chatroom_id: room }],
    ['usage', {}],
    ['reply', { id: body.reply.id, chatroom_id: room, status: 'completed' }],
    ['message', { id: body.reply.id, chatroom_id: room }],
    ['reply', { id: again.body.reply.id, chatroom_id: room, status: 'queued' }],
    ['usage', {}],
    ['reply', { id: again.body.reply.id, chatroom_id: room, status: 'completed' }],
    ['room', { id: room, change: 'deleted' }],
  ]);
  expect(JSON.stringify(reader.events)).not.toContain('a secret');
});

it('a grant sends events of the tier and of the daily limit', async () => {
  const [admin, user] = [await newAdmin(product), await newUser(product)];
  const { reader } = await follow(user);
  await act(admin, `/users/${user.id}/grants`, { until: '2199-01-01T00:00:00Z', reason: 'A gift' });
  await seen(reader, ({ event }) => event === 'subscription');
  expect(reader.of('usage').length).toBeGreaterThan(0);
});

it('a user gets no event of another user', async () => {
  const [one, two] = [await someoneWithRoom(product), await someoneWithRoom(product)];
  const { reader } = await follow(one.user);
  const { reader: other } = await follow(two.user);
  await ask(two.user, two.room);
  await seen(other, ({ event }) => event === 'reply');
  expect(JSON.stringify(reader.events)).not.toContain(two.room);
});

it('a nudge that is lost makes a gap: readers get a sync', async () => {
  const user = await newUser(product);
  const { reader } = await follow(user);
  const before = reader.of('sync').length;
  // A process says that it has sent a nudge, which has not arrived.
  const beat = { event: 'nudges.beat', payload: { from: 'lossy', sent: 1, listens: false } };
  await product.rows(`select pg_notify('chat_bus', $1)`, [JSON.stringify(beat)]);
  await syncs(reader, before + 1);
});

it('a stream ends within two seconds when its session ends at another process', async () => {
  const user = await newUser(product);
  const { ended } = await follow(user);
  const began = performance.now();
  await act(await newAdmin(product), `/users/${user.id}/sessions/revoke`);
  await ended;
  // Two seconds, and as many for the two requests on a busy machine.
  expect(performance.now() - began).toBeLessThan(4000);
  expect((await at(twin, user).get('/user/events')).status).toBe(401);
});

it('one user holds no more streams open than STREAMS_PER_USER', async () => {
  const user = await newUser(product);
  const headers = { authorization: `Bearer ${user.token}` };
  // Kept: a response that is collected as garbage closes its stream.
  const answers: Response[] = [];
  for (let nth = 0; nth < 4; nth += 1)
    answers.push(await fetch(`${twin.url}/user/events`, { headers, signal: over.signal }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
});

it('a client whose process lost its bus connects again and begins with a sync', async () => {
  const { tokens } = await signIn(product);
  const client = new ChatClient({ url: twin.url });
  await client.transport.session.keep(tokens);
  const events = client.events(over.signal);
  expect((await events.next()).value).toEqual({ type: 'sync' });
  await product.rows(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'chat-api-bus%'`,
  );
  expect((await events.next()).value).toEqual({ type: 'sync' });
});

it('a process that dies makes a gap: the readers of the others get a sync', async () => {
  const { user, room } = await someoneWithRoom(product);
  const { reader } = await follow(user, product);
  // Its beats have been heard.
  await at(twin, user).patch(`/chatroom/${room}`, { name: 'from the twin' });
  const before = reader.of('sync').length;
  await twin.end('SIGKILL');
  await syncs(reader, before + 1);
});
