import { randomUUID } from 'node:crypto';
import { ask } from '../support/conversations.js';
import { act, auditOf, newAdmin } from '../support/operators.js';
import { newUser, signToken, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { at, newRoom, startTwin } from '../support/rooms.js';

const REASON = { reason: 'Its owner has asked why.' };

let product: Product;
/** Its clock is moved. */
let later: Product;
/** Without ADMIN_CAN_READ_MESSAGES. Its worker answers. */
let closed: Product;
let admin: TestUser;
beforeAll(async () => {
  closed = await sharedProduct();
  const environment = { ADMIN_CAN_READ_MESSAGES: 'on', WORKER: 'separate' };
  [product, later] = await Promise.all([startTwin(closed, environment), startTwin(closed, environment)]);
  admin = await newAdmin(product);
});
afterAll(async () => {
  for (const one of [later, product, closed]) await one.close();
});

/** A user whose texts are all this word. */
async function talker(): Promise<{ user: TestUser; room: string; word: string; reply: string }> {
  const [user, word] = [await newUser(product), `w${randomUUID()}`];
  // Without a name, because the name comes from the message.
  const room = (await newRoom(user, { system_prompt: `Say ${word}` })).id;
  const { body } = await ask(user, room, word);
  await newRoom(user, { name: word });
  return { user, room, word, reply: body.reply.id as string };
}
const read = (who: TestUser, room: string, on = product) =>
  at(on, who).get(`/admin/api/rooms/${room}/messages`);

it('no list and no account view shows message text', async () => {
  const { user, word, reply } = await talker();
  await product.rows(
    `update messages set status = 'failed', finish_reason = 'error', completed_at = now() where id = $1`,
    [reply],
  );
  const paths = [
    'users',
    `users/${user.id}`,
    'replies',
    'replies?status=completed',
    'rooms',
    `rooms?user_id=${user.id}`,
    'subscriptions',
    'webhook-events',
    'audit',
  ];
  for (const path of paths) {
    const { status, text } = await admin.client.get(
      `/admin/api/${path}${path.includes('?') ? '&' : '?'}limit=100`,
    );
    expect([path, status, text.includes(word)]).toEqual([path, 200, false]);
  }
  expect((await act(admin, `/replies/${reply}/retry`)).text).not.toContain(word);
});

it('rooms are shown with counts and states', async () => {
  const { user, room } = await talker();
  const { body } = await admin.client.get(`/admin/api/rooms?user_id=${user.id}`);
  expect(body.data).toHaveLength(2);
  expect(body.data[1]).toEqual({
    id: room,
    user_id: user.id,
    model: null,
    archived: false,
    message_count: 2,
    replies: { completed: 1 },
    last_message_at: expect.any(String),
    created_at: expect.any(String),
  });
  expect(body.data[0]).toMatchObject({ message_count: 0, replies: {} });
});

describe('a room that is opened', () => {
  it('is readable by that admin on every process, and each read is in the audit log', async () => {
    const { user, room, word } = await talker();
    expect((await read(admin, room)).body.code).toBe('not_found');
    const { status, body, headers } = await act(admin, `/rooms/${room}/access`, REASON);
    expect([status, headers.get('location')]).toEqual([201, `/admin/api/rooms/${room}/messages`]);
    for (const on of [product, later]) {
      const answer = await read(admin, room, on);
      expect(answer.body.data.map(({ role }: { role: string }) => role)).toEqual(['model', 'user']);
      expect(answer.body.data[1].content).toBe(word);
    }
    const entries = await auditOf(admin, user.id);
    expect(entries.map(({ action }) => action)).toEqual(['room.read', 'room.read', 'room.access']);
    for (const { target, details } of entries)
      expect([target, details['access_id']]).toEqual([room, body.access_id]);
    expect(entries.at(-1)!.details).toEqual({ ...REASON, ...body });
  });

  it('is shown to its owner with operator, reason and reads, also after the room is deleted', async () => {
    const { user, room } = await talker();
    const { body } = await act(admin, `/rooms/${room}/access`, REASON);
    for (let nth = 0; nth < 2; nth += 1) await read(admin, room);
    await user.client.delete(`/chatroom/${room}`);
    const told = (await user.client.get('/user/me/export')).body.operator_access;
    expect(told).toMatchObject([{ ...body, ...REASON, admin_id: admin.id, chatroom_id: room }]);
    const entries = await product.rows<{ at: Date }>(
      `select created_at as at from audit_log where action = 'room.read' and target = $1 order by id`,
      [room],
    );
    expect(told[0].read_at).toEqual(entries.map(({ at: moment }) => moment.toISOString()));
    const other = await talker();
    expect((await other.user.client.get('/user/me/export')).body.operator_access).toEqual([]);
  });

  it('is read in pages whose cursors work for that admin only', async () => {
    const { user, room } = await talker();
    await act(admin, `/rooms/${room}/access`, REASON);
    const path = `/admin/api/rooms/${room}/messages?limit=1`;
    const first = await admin.client.get(path);
    const second = await admin.client.get(`${path}&cursor=${first.body.next_cursor}`);
    expect([first, second].map(({ body }) => body.data[0].seq)).toEqual([2, 1]);
    expect(second.body.next_cursor).toBeNull();
    const own = await user.client.get(`/chatroom/${room}/messages?cursor=${first.body.next_cursor}`);
    expect(own.body.errors[0].code).toBe('invalid_cursor');
    expect((await admin.client.get(`${path}&cursor=${first.body.next_cursor}x`)).status).toBe(400);
    // A refused read is not recorded as a read.
    expect(await auditOf(admin, user.id)).toHaveLength(3);
  });

  it('is open to one admin, and other rooms stay closed', async () => {
    const [one, two, other] = [await talker(), await talker(), await newAdmin(product)];
    await act(admin, `/rooms/${one.room}/access`, REASON);
    expect((await read(other, one.room)).status).toBe(404);
    expect((await read(admin, two.room)).status).toBe(404);
    // Read access is not ownership: the admin reads it and cannot change it.
    for (const path of [`/chatroom/${one.room}`, `/chatroom/${one.room}/messages/${one.reply}`])
      expect((await admin.client.get(path)).status).toBe(404);
    const sent = await admin.client.post(`/chatroom/${one.room}/message`, { content: 'x' });
    expect(sent.status).toBe(404);
  });

  it('closes after thirty minutes and when the role is revoked', async () => {
    const { room } = await talker();
    const another = await newAdmin(product);
    await act(another, `/rooms/${room}/access`, REASON);
    await product.rows(`update users set role = 'user' where id = $1`, [another.id]);
    expect((await read(another, room)).status).toBe(404);
    await product.rows(`update users set role = 'admin' where id = $1`, [another.id]);
    expect((await read(another, room)).status).toBe(200);
    const exp = Math.floor(Date.now() / 1000) + 7200;
    const token = signToken({ sub: another.id, sid: another.sessionId, exp });
    await later.advanceClock(29 * 60);
    expect((await read({ ...another, token }, room, later)).status).toBe(200);
    await later.advanceClock(61);
    expect((await read({ ...another, token }, room, later)).status).toBe(404);
  });

  it('is gone when its owner deletes it', async () => {
    const { user, room } = await talker();
    await act(admin, `/rooms/${room}/access`, REASON);
    await user.client.delete(`/chatroom/${room}`);
    expect((await read(admin, room)).status).toBe(404);
  });

  it('requires a non-empty reason', async () => {
    const { room } = await talker();
    for (const reason of ['', 'because', 'x'.repeat(501), undefined]) {
      const { status } = await admin.client.post(`/admin/api/rooms/${room}/access`, { reason });
      expect([reason, status]).toEqual([reason, 400]);
    }
  });
});

it('without ADMIN_CAN_READ_MESSAGES no room opens, and a room opened elsewhere is closed here', async () => {
  const { room } = await talker();
  const open = () => at(closed, admin).post(`/admin/api/rooms/${room}/access`, REASON);
  expect((await open()).body.code).toBe('not_found');
  await act(admin, `/rooms/${room}/access`, REASON);
  expect((await read(admin, room, closed)).body.code).toBe('not_found');
  expect((await read(admin, room)).status).toBe(200);
});
