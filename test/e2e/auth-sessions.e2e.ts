import { MAX_SESSIONS } from '../../src/auth/sessions/sessions.repository.js';
import { newId } from '../../src/platform/crypto/id.js';
import { eventually } from '../support/eventually.js';
import { askCode, newUser, signIn, signToken } from '../support/people.js';
import { newDatabase } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';

/** Longest time until every process refuses a revoked token (contract). */
const REVOCATION_MS = 2000;

let product: Product;
let second: Product;
beforeAll(async () => {
  const DATABASE_URL = await newDatabase();
  [product, second] = await Promise.all([
    startProduct({ DATABASE_URL }),
    startProduct({ DATABASE_URL, WORKER: 'separate' }),
  ]);
});
afterAll(async () => {
  await second.close();
  await product.close();
});

const me = (on: Product, token: string) => on.client.as(token).get('/user/me');

it('a person has at most a hundred sessions: the oldest ends and says why', async () => {
  const user = await newUser(product);
  await product.rows(
    `insert into sessions (id, user_id, expires_at)
     select overlay($1::text placing lpad(to_hex(n), 4, '0') from 15 for 4)::uuid, $2, now() + interval '1 day'
     from generate_series(1, $3) n`,
    [newId(), user.id, MAX_SESSIONS - 1],
  );
  expect((await me(product, user.token)).status).toBe(200);
  await product.client.post('/auth/verify-otp', await askCode(product, user.mobileNumber));
  const [row] = await product.rows<{ n: number }>(
    'select count(*)::int as n from sessions where user_id = $1 and ended_at is null',
    [user.id],
  );
  expect(row!.n).toBe(MAX_SESSIONS);
  await eventually(async () => (await me(second, user.token)).status === 401);
});

it('lists live sessions, newest first, and marks the current one', async () => {
  const { mobileNumber, client, user } = await signIn(product);
  const code = await askCode(product, mobileNumber);
  await product.client.post('/auth/verify-otp', code, { headers: { 'user-agent': 'a phone' } });
  const { status, body } = await client.get('/auth/sessions');
  expect(status).toBe(200);
  expect(body.data).toEqual([
    expect.objectContaining({
      device: 'a phone',
      ip: expect.stringMatching(/127\.0\.0\.1|::1/),
      current: false,
    }),
    expect.objectContaining({ current: true }),
  ]);
  const first = await client.get('/auth/sessions?limit=1');
  const rest = await client.get(`/auth/sessions?cursor=${first.body.next_cursor}`);
  expect([...first.body.data, ...rest.body.data]).toEqual(body.data);
  const [row] = await product.rows<{ n: number }>(
    'select count(*)::int as n from sessions where user_id = $1',
    [user.id],
  );
  expect(row!.n).toBe(2);
});

it('a cursor of another user is refused', async () => {
  const { mobileNumber, client } = await signIn(product);
  await product.client.post('/auth/verify-otp', await askCode(product, mobileNumber));
  const page = await client.get('/auth/sessions?limit=1');
  const stranger = await newUser(product);
  const answer = await stranger.client.get(`/auth/sessions?cursor=${page.body.next_cursor}`);
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'invalid_cursor' }] } });
});

it('an ended session is refused here at once and by another process within two seconds', async () => {
  const owner = await newUser(product);
  const { tokens, mobileNumber } = await signIn(product);
  const other = (await product.client.post('/auth/verify-otp', await askCode(product, mobileNumber))).body;
  for (const on of [product, second]) expect((await me(on, other.access_token)).status).toBe(200);
  const list = await product.client.as(tokens.access_token).get('/auth/sessions');
  const { id } = list.body.data.find(({ current }: { current: boolean }) => !current);
  expect((await owner.client.delete(`/auth/sessions/${id}`)).status).toBe(404);
  expect((await product.client.as(tokens.access_token).delete(`/auth/sessions/${id}`)).status).toBe(204);
  expect((await me(product, other.access_token)).body.code).toBe('session_ended');
  await eventually(
    () => me(second, other.access_token),
    ({ body }) => body.code === 'session_ended',
    REVOCATION_MS,
  );
  expect((await me(second, tokens.access_token)).status).toBe(200);
  expect((await product.client.as(tokens.access_token).delete(`/auth/sessions/${id}`)).status).toBe(404);
});

it('a stranger’s session and no session answer the same', async () => {
  const [user, stranger] = [await newUser(product), await newUser(product)];
  const answers = await Promise.all(
    [stranger.sessionId, '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f', 'nonsense'].map((id) =>
      user.client.delete(`/auth/sessions/${id}`),
    ),
  );
  const seen = answers.map(({ status, body }) => ({
    status,
    body: { ...body, instance: '', request_id: '' },
  }));
  expect(seen).toEqual([seen[0], seen[0], seen[0]]);
  expect(seen[0]!.status).toBe(404);
});

it('all other sessions end and the current one stays', async () => {
  const { tokens, mobileNumber, client } = await signIn(product);
  const others = await Promise.all(
    [1, 2, 3].map(
      async () =>
        (await product.client.post('/auth/verify-otp', await askCode(product, mobileNumber))).body
          .access_token,
    ),
  );
  expect((await client.delete('/auth/sessions')).status).toBe(204);
  for (const token of others) expect((await me(product, token)).body.code).toBe('session_ended');
  expect((await me(product, tokens.access_token)).status).toBe(200);
});

it('logging out with the refresh token ends its session on every process', async () => {
  const { tokens } = await signIn(product);
  expect((await me(second, tokens.access_token)).status).toBe(200);
  const { refresh_token } = tokens;
  expect((await product.client.post('/auth/logout', { refresh_token })).status).toBe(204);
  expect((await me(product, tokens.access_token)).body.code).toBe('session_ended');
  await eventually(
    () => me(second, tokens.access_token),
    ({ body }) => body.code === 'session_ended',
    REVOCATION_MS,
  );
  expect((await product.client.post('/auth/refresh', { refresh_token })).status).toBe(401);
});

it('logging out with the header alone ends its session, also when the token has expired', async () => {
  const user = await newUser(product);
  const past = Math.floor(Date.now() / 1000) - 3600;
  const expired = signToken({ sub: user.id, sid: user.sessionId, iat: past - 900, exp: past });
  expect((await product.client.as(expired).post('/auth/logout')).status).toBe(204);
  expect((await me(product, user.token)).body.code).toBe('session_ended');
});

it.each([
  ['nothing', undefined, undefined],
  ['a garbage token', { refresh_token: 'garbage' }, undefined],
  ['a token of the wrong type', { refresh_token: 5 }, undefined],
  ['a garbage header', undefined, 'Bearer garbage'],
  ['a forged header', undefined, 'Bearer eyJhbGciOiJub25lIn0.e30.'],
])('logging out with %s is 204', async (_, body, authorization) => {
  const answer = await product.client.post('/auth/logout', body, {
    headers: authorization ? { authorization } : {},
  });
  expect(answer.status).toBe(204);
});

it('a process without its bus asks the database, and catches up when the bus is back', async () => {
  const user = await newUser(product);
  const idle = await newUser(product);
  expect((await me(second, user.token)).status).toBe(200);
  expect((await me(second, idle.token)).status).toBe(200);
  // Ended without a notification, so only a read of the database reveals it.
  await product.rows('update sessions set ended_at = now() where id = $1', [user.sessionId]);
  const ofTheBus = `application_name like 'chat-api-bus%' and datname = current_database()`;
  await product.rows(`select pg_terminate_backend(pid) from pg_stat_activity where ${ofTheBus}`);
  await eventually(
    () => me(second, user.token),
    ({ body }) => body.code === 'session_ended',
    REVOCATION_MS,
  );
  // Both processes have listened again for a heartbeat, so they know the end without a query.
  await eventually(
    () =>
      product.rows(`select 1 from pg_stat_activity where query like 'select pg_notify(%' and ${ofTheBus}`),
    ({ length }) => length === 2,
  );
  for (const on of [product, second]) {
    expect((await me(on, user.token)).body.code).toBe('session_ended');
    expect((await me(on, idle.token)).status).toBe(200);
  }
});
