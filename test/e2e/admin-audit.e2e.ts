import { act, auditOf, newAdmin, type Entry } from '../support/operators.js';
import { newMobile, newUser, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';

let product: Product;
let admin: TestUser;
beforeAll(async () => {
  product = await startProduct({ WORKER: 'separate', ADMIN_CAN_READ_MESSAGES: 'on' });
  admin = await newAdmin(product);
});
afterAll(() => product.close());

/** A reply of the user's that has failed. */
async function failedReply(user: TestUser): Promise<string> {
  const { id } = await newRoom(user);
  const { body } = await user.client.post(`/chatroom/${id}/message`, { content: 'hello' });
  await user.client.post(`/chatroom/${id}/messages/${body.reply.id}/stop`);
  await product.rows(`update messages set status = 'failed', finish_reason = 'error' where id = $1`, [
    body.reply.id,
  ]);
  return body.reply.id as string;
}

async function knownEvent(): Promise<string> {
  const id = `evt_${Math.random().toString(36).slice(2)}`;
  await product.rows(
    `insert into webhook_events (id, type, state, created_at, received_at) values ($1, 'invoice.paid', 'failed', now(), now())`,
    [id],
  );
  return id;
}

const UNTIL = '2199-01-01T00:00:00.000Z';
const onUser = (path: string) => (user: TestUser) => Promise.resolve(`/users/${user.id}/${path}`);
const ACTS: [string, (user: TestUser) => Promise<string>, (() => object) | undefined, object][] = [
  ['user.ban', onUser('ban'), () => ({ reason: 'Spam' }), { reason: 'Spam', was_suspended: false }],
  [
    'user.unban',
    onUser('unban'),
    () => ({ reason: 'A mistake' }),
    { reason: 'A mistake', was_suspended: false },
  ],
  ['user.grant', onUser('grants'), () => ({ until: UNTIL }), { until: UNTIL, before: null }],
  ['user.mobile_number', onUser('mobile-number'), () => ({ mobile_number: newMobile() }), {}],
  ['user.sessions_revoke', onUser('sessions/revoke'), () => ({ reason: 'Stolen' }), { reason: 'Stolen' }],
  ['user.reconcile', onUser('reconcile'), undefined, { outcome: 'asked' }],
  ['reply.retry', async (user) => `/replies/${await failedReply(user)}/retry`, undefined, {}],
  [
    'room.access',
    async (user) => `/rooms/${(await newRoom(user)).id}/access`,
    () => ({ reason: 'Its owner has asked.' }),
    { reason: 'Its owner has asked.', access_id: expect.any(String), expires_at: expect.any(String) },
  ],
];

it.each(ACTS)(
  '%s leaves one entry: who, whom, what, in which request',
  async (action, path, body, details) => {
    const user = await newUser(product);
    const answer = await act(admin, await path(user), body?.());
    const entries = await auditOf(admin, user.id);
    expect(entries).toMatchObject([
      { action, actor_id: admin.id, user_id: user.id, request_id: answer.headers.get('x-request-id') },
    ]);
    expect(entries[0]!.details).toEqual(details);
  },
);

it('deleting an account leaves one, which outlives it', async () => {
  const { id } = await newUser(product);
  const body = { reason: 'Asked for in a letter' };
  expect((await admin.client.delete(`/admin/api/users/${id}`, { body })).status).toBe(204);
  expect(await product.rows('select from users where id = $1', [id])).toEqual([]);
  expect(await auditOf(admin, id)).toMatchObject([
    { action: 'user.delete', actor_id: admin.id, details: body },
  ]);
  expect((await admin.client.delete(`/admin/api/users/${id}`)).status).toBe(404);
  expect(await auditOf(admin, id)).toHaveLength(1);
});

it('an act without a reason is done, and one with an unknown field is refused', async () => {
  const { id } = await newUser(product);
  for (const path of ['unban', 'sessions/revoke']) {
    const answer = await admin.client.post(`/admin/api/users/${id}/${path}`, { note: 'x' });
    expect(answer.body.errors).toMatchObject([{ field: 'note', code: 'unknown_field' }]);
    await act(admin, `/users/${id}/${path}`);
  }
  const remove = (body?: object) => admin.client.delete(`/admin/api/users/${id}`, { body });
  expect((await remove({ note: 'x' })).status).toBe(400);
  expect(await auditOf(admin, id)).toHaveLength(2);
  expect((await remove()).status).toBe(204);
});

it('a replay leaves one entry, and a replay of an unknown event none', async () => {
  const id = await knownEvent();
  await act(admin, `/webhook-events/${id}/replay`);
  expect((await admin.client.post('/admin/api/webhook-events/evt_unknown/replay')).status).toBe(404);
  const { body } = await admin.client.get('/admin/api/audit?action=webhook_event.replay');
  expect(body.data).toMatchObject([{ target: id, user_id: null, details: { state: 'failed' } }]);
});

it('the audit log holds no number and no text', async () => {
  const user = await newUser(product);
  const number = newMobile();
  await act(admin, `/replies/${await failedReply(user)}/retry`);
  await act(admin, `/users/${user.id}/mobile-number`, { mobile_number: number });
  const [{ log }] = (await product.rows<{ log: string }>(
    'select json_agg(a)::text as log from audit_log a',
  )) as [{ log: string }];
  for (const secret of [number, user.mobileNumber, 'hello']) expect(log).not.toContain(secret);
});

it.each([
  [404, 'not_found', '/users/019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f/ban', {}],
  [404, 'not_found', '/replies/019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f/retry', {}],
  [
    404,
    'not_found',
    '/rooms/019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f/access',
    { reason: 'Its owner has asked.' },
  ],
])('what is answered %i leaves none', async (status, code, path, body) => {
  const count = () => product.rows('select from audit_log');
  const before = (await count()).length;
  const answer = await admin.client.post(`/admin/api${path}`, body);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect((await count()).length).toBe(before);
});

it('an entry that cannot be written undoes the act', async () => {
  const user = await newUser(product);
  await product.rows('alter table audit_log rename to audit_log_away');
  const answer = await admin.client.post(`/admin/api/users/${user.id}/ban`);
  await product.rows('alter table audit_log_away rename to audit_log');
  expect(answer.status).toBeGreaterThanOrEqual(500);
  expect((await user.client.get('/user/me')).status).toBe(200);
  expect(await product.rows('select suspended_at from users where id = $1', [user.id])).toEqual([
    { suspended_at: null },
  ]);
});

it('the audit log is append-only, also for the database’s owner', async () => {
  const user = await newUser(product);
  await act(admin, `/users/${user.id}/ban`);
  for (const sql of [
    `update audit_log set actor_id = null`,
    `delete from audit_log where user_id = '${user.id}'`,
    'delete from audit_log where false',
    'truncate audit_log',
    'truncate audit_log cascade',
  ])
    await expect(product.rows(sql)).rejects.toThrow('audit_log is append-only');
  expect(await auditOf(admin, user.id)).toHaveLength(1);
});

it('the audit log is listed newest first, in pages, filtered by operator, subject and action', async () => {
  const [user, other] = [await newUser(product), await newAdmin(product)];
  await act(admin, `/users/${user.id}/ban`);
  await act(other, `/users/${user.id}/unban`);
  await act(admin, `/users/${user.id}/ban`);
  const list = async (query: string) => {
    const { status, body, text } = await admin.client.get(`/admin/api/audit?${query}`);
    if (status !== 200) throw new Error(text);
    return body as { data: Entry[]; next_cursor: string | null };
  };
  const actions = async (query: string) => (await list(query)).data.map(({ action }) => action);
  expect(await actions(`user_id=${user.id}`)).toEqual(['user.ban', 'user.unban', 'user.ban']);
  expect(await actions(`user_id=${user.id}&actor_id=${other.id}`)).toEqual(['user.unban']);
  expect(await actions(`user_id=${user.id}&action=user.ban`)).toEqual(['user.ban', 'user.ban']);
  const first = await list(`user_id=${user.id}&limit=2`);
  expect(await actions(`user_id=${user.id}&limit=2&cursor=${first.next_cursor}`)).toEqual(['user.ban']);
  const { body } = await admin.client.get('/admin/api/audit?user_id=no-id');
  expect(body.errors[0].field).toBe('user_id');
});
