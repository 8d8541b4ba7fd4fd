import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../src/platform/crypto/id.js';
import { finalReply, marked, script } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { statementsWaiting, whileHeld } from '../support/locks.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { listOf, newRoom } from '../support/rooms.js';
import { NARROW_LIMITS } from '../support/suites.js';
import { ROOT } from '../tools/source-files.js';

const key = (value: string) => ({ headers: { 'Idempotency-Key': value } });

describe('the Idempotency-Key of a new room', () => {
  let product: Product;
  let user: TestUser;
  beforeAll(async () => {
    product = await sharedProduct();
  });
  afterAll(() => product.close());
  beforeEach(async () => {
    user = await newUser(product);
  });

  it('gives the same room again, as it is now', async () => {
    const first = await user.client.post('/chatroom', { name: 'Once' }, key('k1'));
    await user.client.patch(`/chatroom/${first.body.id}`, { name: 'Renamed' });
    const again = await user.client.post('/chatroom', { name: 'Once' }, key('"k1"'));
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(`/chatroom/${first.body.id}`);
    expect(again.body).toMatchObject({ id: first.body.id, name: 'Renamed' });
    expect((await listOf(user.client)).ids).toHaveLength(1);
  });

  it('refuses the key of another request', async () => {
    await user.client.post('/chatroom', { name: 'Once' }, key('k2'));
    const { status, body } = await user.client.post('/chatroom', { name: 'Twice' }, key('k2'));
    expect([status, body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('belongs to one user', async () => {
    const stranger = await newUser(product);
    const mine = await user.client.post('/chatroom', {}, key('k3'));
    const theirs = await stranger.client.post('/chatroom', {}, key('k3'));
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('sent twenty times at once makes one room', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => user.client.post('/chatroom', { name: 'Once' }, key('k4'))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect((await listOf(user.client)).ids).toHaveLength(1);
  });

  it('used by three parallel requests that all find it free makes one room', async () => {
    await newRoom(user);
    const count = 'select from room_counts where user_id = $1';
    const answers = await whileHeld(product, count, [user.id], async (release) => {
      const twins = Promise.all([1, 2, 3].map(() => user.client.post('/chatroom', {}, key('k9'))));
      await statementsWaiting(product, 3);
      await release();
      return twins;
    });
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await listOf(user.client)).ids).toHaveLength(2);
  });

  it('whose request is still running after five seconds is a conflict', async () => {
    const twin = await product.db.connect();
    try {
      await twin.query('begin');
      await twin.query(`insert into idempotency_keys values ($1, 'k5', '\\x00', $2)`, [user.id, newId()]);
      const { status, body } = await user.client.post('/chatroom', {}, key('k5'));
      expect([status, body.code]).toEqual([409, 'idempotency_in_progress']);
    } finally {
      await twin.query('rollback');
      twin.release();
    }
    expect((await user.client.post('/chatroom', {}, key('k5'))).status).toBe(201);
  });

  it('exempts only a replay from the minute’s limit', async () => {
    const strict = await sharedProduct(NARROW_LIMITS);
    const person = await newUser(strict);
    const create = (value: string) => person.client.post('/chatroom', {}, key(value));
    const first = await create('first');
    // A machine under load counts some requests in memory, so not exactly after two.
    const refused = await eventually(
      () => create(newId()),
      ({ status }) => status !== 201,
    );
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    const again = await create('first');
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    await strict.close();
  });

  it('is free again after 24 hours', async () => {
    const first = await user.client.post('/chatroom', { name: 'Once' }, key('k6'));
    await product.rows(
      `update idempotency_keys set created_at = created_at - interval '24 hours' where user_id = $1`,
      [user.id],
    );
    const { status, body } = await user.client.post('/chatroom', { name: 'Other' }, key('k6'));
    expect([status, body.id === first.body.id]).toEqual([201, false]);
  });

  it('of a refused request is free again', async () => {
    expect((await user.client.post('/chatroom', { model: 'unheard-of' }, key('k7'))).status).toBe(400);
    expect((await user.client.post('/chatroom', {}, key('k7'))).status).toBe(201);
  });

  it('of a room deleted since is not_found and makes no other room', async () => {
    const { body } = await user.client.post('/chatroom', {}, key('k8'));
    await user.client.delete(`/chatroom/${body.id}`);
    expect((await user.client.post('/chatroom', {}, key('k8'))).status).toBe(404);
  });

  it('outside visible ASCII is refused', async () => {
    const { status, body } = await user.client.post('/chatroom', {}, key('\t'.repeat(2) + 'a\u00e9'));
    expect([status, body.errors[0].field]).toEqual([400, 'Idempotency-Key']);
  });
});

describe('every operation that takes an Idempotency-Key', () => {
  /** Brings a user into the state that the operation needs, and returns its path and body. */
  type Call = (user: TestUser, product: Product) => Promise<[path: string, body?: object]>;

  const FAILS = { times: 10, outcome: 'http_error', status: 400 };
  const roomOf = async (user: TestUser) => `/chatroom/${(await newRoom(user)).id}`;
  const toReply =
    (order: string, ...scripts: object[]): Call =>
    async (user, product) => {
      const content = marked();
      if (scripts.length > 0) await script(product, ...scripts.map((one) => ({ match: content, ...one })));
      const room = await roomOf(user);
      const sent = await user.client.post(`${room}/message`, { content });
      await finalReply(user, sent);
      return [`${room}/messages/${sent.body.reply.id}/${order}`];
    };
  const CALLS: Record<string, Call> = {
    createChatroom: () => Promise.resolve(['/chatroom', {}]),
    sendMessage: async (user) => [`${await roomOf(user)}/message`, { content: 'hi' }],
    sendMessageStream: async (user) => [`${await roomOf(user)}/message/stream`, { content: 'hi' }],
    editMessage: async (user) => {
      const room = await roomOf(user);
      const sent = await user.client.post(`${room}/message`, { content: marked() });
      await finalReply(user, sent);
      return [`${room}/messages/${sent.body.message.id}/edit`, { content: 'hi again' }];
    },
    stopReply: toReply('stop'),
    retryReply: toReply('retry', FAILS),
    regenerateReply: toReply('regenerate'),
    subscribeToPro: () => Promise.resolve(['/subscribe/pro', {}]),
  };

  let product: Product;
  beforeAll(async () => {
    product = await sharedProduct();
  });
  afterAll(() => product.close());

  it('is in this table', () => {
    const documented = declaredOperations().filter(({ headers }) => headers.includes('Idempotency-Key'));
    expect(documented.map(({ operationId }) => operationId).toSorted()).toEqual(
      Object.keys(CALLS).toSorted(),
    );
  });

  it.each(Object.keys(CALLS))('%s: a repeat does nothing, and says so', async (operation) => {
    const user = await newUser(product);
    const [path, body] = await CALLS[operation]!(user, product);
    const [first, again] = [
      await user.client.post(path, body, key('same')),
      await user.client.post(path, body, key('same')),
    ];
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    const kept = await product.rows('select from idempotency_keys where user_id = $1', [user.id]);
    expect(kept).toHaveLength(1);
  });
});

/** The operations of openapi.json with the headers that they take. */
function declaredOperations(): { operationId: string; headers: string[] }[] {
  const { paths, components } = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string; parameters?: Parameter[] }>>;
    components: { parameters: Record<string, Parameter> };
  };
  const nameOf = ({ $ref, name }: Parameter) =>
    $ref ? components.parameters[$ref.split('/').at(-1)!]!.name! : name!;
  return Object.values(paths)
    .flatMap((path) => Object.values(path))
    .map(({ operationId, parameters = [] }) => ({ operationId, headers: parameters.map(nameOf) }));
}

interface Parameter {
  $ref?: string;
  name?: string;
}
