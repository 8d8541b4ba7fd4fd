import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { newId } from '../../src/platform/crypto/id.js';
import { ask, finalReply, marked, script, send } from '../support/conversations.js';
import { EventReceiver, EVENTS_SECRET, type Behaviour } from '../support/event-receiver.js';
import { eventually } from '../support/eventually.js';
import { act, newAdmin } from '../support/operators.js';
import { deleteAccount, newUser, type TestUser } from '../support/people.js';
import { sharedProduct, startProduct, type Product } from '../support/product.js';
import { someoneWithRoom } from '../support/rooms.js';

let receiver: EventReceiver;
let product: Product;
let admin: TestUser;
beforeAll(async () => {
  receiver = await EventReceiver.start();
  product = await startProduct({
    ...receiver.environment,
    BASIC_DAILY_LIMIT: '2',
    // The previous secret comes first: the receiver knows the other one.
    EVENTS_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 'previous').toString('base64')},${EVENTS_SECRET}`,
  });
  admin = await newAdmin(product);
});
afterEach(async () => {
  receiver.behaviour = 'accept';
  receiver.treats = () => undefined;
  // Nothing of one test is left to the next: a circuit that a test has opened is closed by a success.
  await product.rows(`update outgoing_events set next_try_at = now() where state = 'pending'`);
  await eventually(
    () => product.rows(`select id from outgoing_events where state = 'pending'`),
    (rows) => rows.length === 0,
  );
});
afterAll(async () => {
  expect(receiver.refused).toEqual([]);
  await product.close();
  await receiver.close();
});

const rowOf = async (id: string) =>
  (
    await product.rows<{ state: string; tries: number; last_error: string | null; next_try_at: Date }>(
      'select state, tries, last_error, next_try_at from outgoing_events where id = $1',
      [id],
    )
  )[0];
const delivered = (id: string) =>
  eventually(
    () => rowOf(id),
    (row) => row?.state === 'delivered',
  );
/** Makes a waiting retry due. */
const hurry = (id: string) =>
  product.rows('update outgoing_events set next_try_at = now() where id = $1', [id]);

describe('the app’s server gets an event', () => {
  it('of a completed reply, signed, with ids and states and no text', async () => {
    const { user, room } = await someoneWithRoom(product);
    const text = marked('a secret');
    const { body } = await ask(user, room, text);
    const event = await receiver.next(body.reply.id);
    expect(event).toMatchObject({
      type: 'reply.completed',
      data: {
        user_id: user.id,
        chatroom_id: room,
        message_id: body.message.id,
        reply_id: body.reply.id,
        status: 'completed',
        finish_reason: 'stop',
        error_code: null,
        attempt: 1,
      },
    });
    expect(new Date(event.timestamp).toISOString()).toBe(event.timestamp);
    expect(JSON.stringify(event)).not.toContain('a secret');
    expect(JSON.stringify(event)).not.toContain(body.reply.content);
    await delivered(event.id);
  });

  it.each([
    ['failed', { outcome: 'http_error', status: 400 }],
    ['blocked', { outcome: 'safety' }],
    ['truncated', { outcome: 'max_tokens', chunks: ['half'] }],
  ])('of a reply that is %s', async (state, how) => {
    const { user, room } = await someoneWithRoom(product);
    const content = marked();
    await script(product, { match: content, times: 9, ...how });
    const { body } = await ask(user, room, content);
    expect(body.reply.status).toBe(state);
    expect(await receiver.next(body.reply.id)).toMatchObject({
      type: `reply.${state}`,
      data: { status: state, error_code: body.reply.error?.code ?? null },
    });
  });

  it.each([
    ['at work', { chunks: ['a', 'b'], chunk_delay_ms: 60_000 }],
    ['that waits for its slot', null],
  ])('of a stopped reply %s', async (_, how) => {
    const { user, room } = await someoneWithRoom(product);
    const content = marked();
    await script(product, { match: content, times: 2, chunks: ['a', 'b'], chunk_delay_ms: 60_000, ...how });
    const first = await send(user, room, content);
    const stopped = how === null ? await send(user, room, content) : first;
    await user.client.post(`/chatroom/${room}/messages/${stopped.body.reply.id}/stop`);
    expect(await receiver.next(stopped.body.reply.id)).toMatchObject({ type: 'reply.stopped' });
    await user.client.post(`/chatroom/${room}/messages/${first.body.reply.id}/stop`);
    await receiver.next(first.body.reply.id);
  });

  it('of the daily limit: once a day and user, however many requests are refused', async () => {
    const { user, room } = await someoneWithRoom(product);
    const asked = [await ask(user, room), await ask(user, room)];
    const refusals = await Promise.all(Array.from({ length: 6 }, () => send(user, room, 'one more')));
    refusals.push(await user.client.post(`/chatroom/${room}/messages/${asked[0]!.body.reply.id}/regenerate`));
    expect(new Set(refusals.map(({ status }) => status))).toEqual(new Set([429]));
    for (const { body } of asked) await receiver.next(body.reply.id);
    const limits = () => receiver.about(user.id).filter(({ type }) => type === 'usage.limit_reached');
    await eventually(limits, ({ length }) => length > 0);
    expect(limits()).toMatchObject([
      {
        data: { user_id: user.id, tier: 'basic', limit: 2, used: 2, resets_at: refusals[0]!.body.resets_at },
      },
    ]);
    expect(
      await product.rows(
        `select count(*)::int as n from outgoing_events where user_id = $1 and type like 'usage%'`,
        [user.id],
      ),
    ).toEqual([{ n: 1 }]);
  });

  it('of a grant, with the tier after it', async () => {
    const user = await newUser(product);
    await act(admin, `/users/${user.id}/grants`, { until: '2199-01-01T00:00:00Z', reason: 'A gift' });
    expect(await receiver.next(user.id)).toMatchObject({
      type: 'subscription.changed',
      data: { tier: 'pro', ends_at: '2199-01-01T00:00:00.000Z', subscriptions: [] },
    });
  });

  it('of a deletion, which erases the events about the account', async () => {
    const { user, room } = await someoneWithRoom(product);
    receiver.treats = ({ type }) => (type === 'reply.completed' ? 'fail' : undefined);
    const { body } = await ask(user, room);
    const about = await receiver.next(body.reply.id);
    expect((await deleteAccount(user)).status).toBe(204);
    expect(await receiver.next(user.id, 2)).toMatchObject({
      type: 'account.deleted',
      data: { user_id: user.id },
    });
    expect(await rowOf(about.id)).toBeUndefined();
    expect(await product.rows('select id from outgoing_events where user_id = $1', [user.id])).toEqual([]);
  });
});

describe('an event is delivered after a receiver', () => {
  it.each<[Behaviour, string]>([
    ['fail', 'status 500'],
    ['redirect', 'status 302'],
    ['cut', 'UND_ERR_SOCKET'],
  ])('that has answered with %s, in a later try under the same id', async (behaviour, error) => {
    receiver.behaviour = behaviour;
    const { user, room } = await someoneWithRoom(product);
    const { body } = await ask(user, room);
    const first = await receiver.next(body.reply.id);
    const row = await eventually(
      () => rowOf(first.id),
      (now) => now?.last_error !== null,
    );
    expect(row).toMatchObject({ state: 'pending', tries: 1, last_error: error });
    expect(row!.next_try_at.getTime()).toBeGreaterThan(Date.now());
    receiver.behaviour = 'accept';
    await hurry(first.id);
    const second = await receiver.next(body.reply.id, 2);
    expect(second).toEqual(first);
    await delivered(first.id);
    expect(receiver.received.filter(({ path }) => path === '/elsewhere')).toEqual([]);
  });

  it.each<[Behaviour]>([['promise more'], ['endless']])(
    'that accepts it with a body that is a lie (%s): the status decides',
    async (behaviour) => {
      receiver.behaviour = behaviour;
      const { user, room } = await someoneWithRoom(product);
      const { body } = await ask(user, room);
      const { id } = await receiver.next(body.reply.id);
      expect(await delivered(id)).toMatchObject({ tries: 1, last_error: null });
    },
  );

  it('was gone (410): nothing is sent for a while, and nothing is lost', async () => {
    const [one, two] = [await someoneWithRoom(product), await someoneWithRoom(product)];
    receiver.behaviour = 'gone';
    const first = await ask(one.user, one.room);
    const { id } = await receiver.next(first.body.reply.id);
    await eventually(
      () => rowOf(id),
      (row) => row?.last_error === 'status 410',
    );
    const second = await ask(two.user, two.room);
    expect(second.body.reply.status).toBe('completed');
    await eventually(
      () => product.rows('select id from outgoing_events where user_id = $1', [two.user.id]),
      (rows) => rows.length === 1,
    );
    expect(receiver.about(two.user.id)).toEqual([]);
    receiver.behaviour = 'accept';
    // Another process has a circuit of its own, and finds both. It remains, because this one's is open.
    await hurry(id);
    const paused = product;
    await startNext();
    await receiver.next(second.body.reply.id);
    await receiver.next(first.body.reply.id, 2);
    await paused.close();
  });

  it('hung: replies and other users do not notice', async () => {
    receiver.behaviour = 'hang';
    const people = await Promise.all(Array.from({ length: 12 }, () => someoneWithRoom(product)));
    const answers = await Promise.all(people.map(({ user, room }) => ask(user, room)));
    expect(new Set(answers.map(({ body }) => body.reply.status))).toEqual(new Set(['completed']));
    const again = await Promise.all(people.map(({ user, room }) => ask(user, room)));
    expect(new Set(again.map(({ body }) => body.reply.status))).toEqual(new Set(['completed']));
    receiver.behaviour = 'accept';
    await restart();
    for (const { body } of [...answers, ...again]) await receiver.next(body.reply.id);
  });
});

/** A new process, whose circuit is closed, beside the present one. */
async function startNext(): Promise<void> {
  product = await startProduct({
    ...receiver.environment,
    BASIC_DAILY_LIMIT: '2',
    DATABASE_URL: product.databaseUrl,
  });
  admin = { ...admin, client: product.client.as(admin.token) };
}

async function restart(): Promise<void> {
  await product.close();
  await startNext();
}

it('an event whose worker was killed before its note is sent again by another process', async () => {
  const { user, room } = await someoneWithRoom(product);
  receiver.behaviour = 'hang';
  const { body } = await ask(user, room);
  const first = await receiver.next(body.reply.id);
  receiver.behaviour = 'accept';
  product.process.kill('SIGKILL');
  await restart();
  expect(await receiver.next(body.reply.id, 2)).toEqual(first);
  await delivered(first.id);
});

it('a job that was lost is added again', async () => {
  const { user } = await someoneWithRoom(product);
  const id = newId();
  await product.rows(
    `insert into outgoing_events (id, type, user_id, data, created_at, next_try_at, give_up_at)
     values ($1, 'reply.completed', $2, '{}', now(), now(), now() + interval '3 days')`,
    [id, user.id],
  );
  await delivered(id);
});

it('three days of failures end in `failed`, which an operator sees and replays, audited', async () => {
  const { user, room } = await someoneWithRoom(product);
  receiver.treats = ({ data }) => (data['user_id'] === user.id ? 'fail' : undefined);
  const { body } = await ask(user, room);
  const { id } = await receiver.next(body.reply.id);
  await eventually(
    () => rowOf(id),
    (row) => row?.tries === 1,
  );
  await product.rows('update outgoing_events set next_try_at = now(), give_up_at = now() where id = $1', [
    id,
  ]);
  await eventually(
    () => rowOf(id),
    (row) => row?.state === 'failed',
  );
  const list = async (query: string) => (await admin.client.get(`/admin/api/deliveries?${query}`)).body.data;
  expect(await list(`state=failed&type=reply.completed&user_id=${user.id}`)).toMatchObject([
    { id, state: 'failed', tries: 2, last_error: 'status 500', next_try_at: null },
  ]);
  expect((await list('state=failed')).map((one: { id: string }) => one.id)).toContain(id);
  expect(await list(`state=delivered&user_id=${user.id}`)).toEqual([]);
  receiver.treats = () => undefined;
  const replay = await act(admin, `/deliveries/${id}/replay`);
  expect([replay.status, replay.body]).toMatchObject([202, { id, state: 'pending', tries: 0 }]);
  await delivered(id);
  const { body: audit } = await admin.client.get('/admin/api/audit?action=delivery.replay');
  expect(audit.data[0]).toMatchObject({
    action: 'delivery.replay',
    target: id,
    details: { state: 'failed' },
  });
  expect((await admin.client.post(`/admin/api/deliveries/${newId()}/replay`)).status).toBe(404);
});

it('deliveries are listed newest first, each once, by cursor', async () => {
  const { user, room } = await someoneWithRoom(product);
  const [one, two] = [await ask(user, room), await ask(user, room)];
  for (const { body } of [one, two]) await receiver.next(body.reply.id);
  const first = (await admin.client.get(`/admin/api/deliveries?user_id=${user.id}&limit=1`)).body;
  const second = (
    await admin.client.get(`/admin/api/deliveries?user_id=${user.id}&limit=1&cursor=${first.next_cursor}`)
  ).body;
  expect([...first.data, ...second.data].map(({ data }) => data.reply_id)).toEqual([
    two.body.reply.id,
    one.body.reply.id,
  ]);
  expect(second.next_cursor).toBeNull();
});

it('an account’s export has the events about it', async () => {
  const { user, room } = await someoneWithRoom(product);
  const { body } = await ask(user, room);
  const { id } = await receiver.next(body.reply.id);
  await delivered(id);
  const exported = (await user.client.get('/user/me/export')).body;
  expect(exported.outgoing_events).toMatchObject([{ id, type: 'reply.completed', state: 'delivered' }]);
});

describe('a product that sends one type, to the example receiver', () => {
  let child: ChildProcess;
  let output = '';
  let url: string;
  let picky: Product;
  beforeAll(async () => {
    child = spawn(process.execPath, [resolve('examples/webhook-receiver/receiver.js'), '0'], {
      env: { ...process.env, EVENTS_WEBHOOK_SECRET: EVENTS_SECRET },
    });
    child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await eventually(() => output.includes('listens on'));
    url = `http://127.0.0.1:${/listens on (\d+)/.exec(output)![1]}/`;
    picky = await startProduct({
      EVENTS_WEBHOOK_URL: url,
      EVENTS_WEBHOOK_SECRET: EVENTS_SECRET,
      EVENTS_WEBHOOK_TYPES: 'reply.failed',
    });
  });
  afterAll(async () => {
    await picky.close();
    child.kill();
  });

  describe('types that are not sent', () => {
    it('are not written either, and without an address nothing is', async () => {
      const silent = await sharedProduct();
      for (const on of [picky, silent]) {
        const { user, room } = await someoneWithRoom(on);
        const sent = await send(user, room, 'hello');
        expect((await finalReply(user, sent)).status).toBe('completed');
        expect(await on.rows('select type from outgoing_events')).toEqual([]);
      }
      await silent.close();
    });
  });

  it('the example receiver accepts an event once, and refuses a forged one', async () => {
    const { user, room } = await someoneWithRoom(picky);
    const content = marked();
    await script(picky, { match: content, outcome: 'http_error', status: 400 });
    const { body } = await ask(user, room, content);
    await eventually(() => output.includes(`"reply_id":"${body.reply.id}"`));
    const forged = await fetch(url, { method: 'POST', body: '{}' });
    expect(forged.status).toBe(401);
  });
});
