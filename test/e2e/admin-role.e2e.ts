import { newAdmin } from '../support/operators.js';
import { newUser, signToken } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { at, startTwin } from '../support/rooms.js';

const REAL_SMS = {
  OTP_DELIVERY: 'webhook',
  SMS_WEBHOOK_URL: 'http://127.0.0.1:9/sms',
  SMS_WEBHOOK_SECRET: 'only-for-tests-0123456789',
};

let product: Product;
let twin: Product;
beforeAll(async () => {
  product = await sharedProduct({ WORKER: 'separate' });
  twin = await startTwin(product, { WORKER: 'separate', ...REAL_SMS });
});
afterAll(async () => {
  await twin.close();
  await product.close();
});

const setRole = (userId: string, role: string) =>
  product.rows('update users set role = $2 where id = $1', [userId, role]);

it('a granted or revoked role takes effect with the next request on every process', async () => {
  const user = await newUser(product);
  const seen = async () =>
    Promise.all(
      [product, twin].map(async (on) => (await at(on, user).get('/admin/api/users?limit=1')).status),
    );
  expect(await seen()).toEqual([404, 404]);
  await setRole(user.id, 'admin');
  expect(await seen()).toEqual([200, 200]);
  await setRole(user.id, 'user');
  expect(await seen()).toEqual([404, 404]);
});

it('an admin proven by the SMS sandbox alone has no role where the sandbox is off', async () => {
  const admin = await newUser(product, { sandbox: true, role: 'admin' });
  expect((await admin.client.get('/admin/api/audit')).status).toBe(200);
  expect((await at(twin, admin).get('/admin/api/audit')).body.code).toBe('session_ended');
  // Not even with a session that was begun elsewhere.
  await product.rows('update sessions set sandbox_proven = false where id = $1', [admin.sessionId]);
  const token = signToken({ sub: admin.id, sid: admin.sessionId });
  expect((await twin.client.as(token).get('/admin/api/audit')).body.code).toBe('not_found');
});

it('other methods are answered as on other routes', async () => {
  const [admin, user] = [await newAdmin(product), await newUser(product)];
  for (const { client } of [admin, user]) {
    const { status, headers } = await client.delete('/admin/api/audit');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  }
});

describe('accounts are found', () => {
  it('by any spelling of the whole number, and not by a part of it', async () => {
    const [admin, user] = [await newAdmin(product), await newUser(product)];
    const find = async (number: string) => {
      const { status, body } = await admin.client.get(
        `/admin/api/users?mobile_number=${encodeURIComponent(number)}`,
      );
      return [status, body.data?.map(({ id }: { id: string }) => id) ?? body.errors[0].code];
    };
    const { mobileNumber: number } = user;
    expect(await find(number)).toEqual([200, [user.id]]);
    expect(await find(`${number.slice(0, 3)} (${number.slice(3, 8)}) ${number.slice(8)}`)).toEqual([
      200,
      [user.id],
    ]);
    expect(await find('+919000000000')).toEqual([200, []]);
    expect(await find('no-number')).toEqual([400, 'invalid_number']);
  });

  it('in pages, newest first, each once', async () => {
    const admin = await newAdmin(product);
    for (let nth = 0; nth < 4; nth += 1) await newUser(product);
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await admin.client.get(`/admin/api/users?limit=3${cursor && `&cursor=${cursor}`}`);
      ids.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor as string | null;
    }
    const known = await product.rows<{ id: string }>('select id from users order by id desc');
    expect(ids).toEqual(known.map(({ id }) => id));
    const stranger = await newAdmin(product);
    const { body } = await admin.client.get('/admin/api/users?limit=1');
    const other = await stranger.client.get(`/admin/api/users?limit=1&cursor=${body.next_cursor}`);
    expect(other.body.errors[0].code).toBe('invalid_cursor');
  });

  it('with states and counts', async () => {
    const [admin, user] = [await newAdmin(product), await newUser(product, { tier: 'pro' })];
    const room = (await user.client.post('/chatroom')).body.id as string;
    await user.client.post('/chatroom');
    await user.client.post(`/chatroom/${room}/message`, { content: 'hello' });
    const { body } = await admin.client.get(`/admin/api/users/${user.id}`);
    expect(body).toMatchObject({
      mobile_number: user.mobileNumber,
      tier: 'pro',
      role: 'user',
      suspended_at: null,
      rooms: 2,
      messages: 2,
      live_sessions: 1,
      used_today: 1,
    });
    expect(Object.keys(body)).not.toContain('password_hash');
  });
});
