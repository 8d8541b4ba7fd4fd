import type { Answer, Client } from '../support/client.js';
import { marked, script } from '../support/conversations.js';
import { StreamReader } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { statementsWaiting } from '../support/locks.js';
import { act, auditOf, newAdmin } from '../support/operators.js';
import {
  askCode,
  newMobile,
  signIn,
  signUpWithPassword,
  type SignedIn,
  type TestUser,
} from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { sharedTwin, someoneWithRoom } from '../support/rooms.js';

/** Longest time until every process refuses a session that has ended (contract). */
const REVOCATION_MS = 2000;
const PASSWORD = 'correct horse battery';

let product: Product;
let twin: Product;
let admin: TestUser;
beforeAll(async () => {
  product = await sharedProduct();
  twin = await sharedTwin(product);
  admin = await newAdmin(product);
});
afterAll(async () => {
  await twin.close();
  await product.close();
});

const ban = (userId: string) => act(admin, `/users/${userId}/ban`, { reason: 'Spam' });
const unban = (userId: string) => act(admin, `/users/${userId}/unban`);
const endsSoon = (client: Client) =>
  eventually(
    () => client.get('/user/me'),
    ({ body }) => body.code === 'session_ended',
    REVOCATION_MS,
  );
const liveSessions = async (userId: string) =>
  (await product.rows('select from sessions where user_id = $1 and ended_at is null', [userId])).length;

/** The request arrives while the ban is written and not committed yet. */
async function whileBeingBanned(person: SignedIn, work: () => Promise<Answer>): Promise<Answer> {
  const holder = await product.db.connect();
  try {
    await holder.query('begin');
    await holder.query('update users set suspended_at = now() where id = $1', [person.user.id]);
    await holder.query('update sessions set ended_at = now() where user_id = $1', [person.user.id]);
    const answer = work();
    await statementsWaiting(product, 1);
    await holder.query('commit');
    return await answer;
  } finally {
    holder.release();
  }
}

/** Ways to sign in. */
const ENTRIES: [string, (mobile: string) => Promise<Answer>][] = [
  ['code', async (mobile: string) => product.client.post('/auth/verify-otp', await askCode(product, mobile))],
  [
    'password',
    (mobile: string) => twin.client.post('/auth/login', { mobile_number: mobile, password: PASSWORD }),
  ],
];

describe('a ban', () => {
  it('ends sessions and closes streams in every process within two seconds; the reply continues', async () => {
    const { user, room } = await someoneWithRoom(product);
    const content = marked();
    const chunks = Array.from({ length: 100 }, (_, nth) => `${nth} `);
    await script(product, { match: content, chunks, chunk_delay_ms: 50 });
    const sent = await user.client.post(`/chatroom/${room}/message`, { content });
    const path = `/chatroom/${room}/messages/${sent.body.reply.id}/stream`;
    const readers = [product, twin].map((on) => {
      const reader = new StreamReader(user.token);
      return { reader, closed: reader.read(`${on.url}${path}`) };
    });
    for (const { reader } of readers) await eventually(() => reader.text.length > 0);
    const from = performance.now();
    expect((await ban(user.id)).body).toMatchObject({ live_sessions: 0, suspended_at: expect.any(String) });
    await Promise.all(readers.map(({ closed }) => closed));
    expect(performance.now() - from).toBeLessThan(REVOCATION_MS);
    expect(readers.map(({ reader }) => reader.done)).toEqual([false, false]);
    for (const on of [product, twin]) await endsSoon(on.client.as(user.token));
    const ended = await eventually(
      () =>
        product.rows<{ status: string }>('select status from messages where id = $1', [sent.body.reply.id]),
      ([reply]) => reply!.status === 'completed',
    );
    expect(ended).toHaveLength(1);
  });

  it('answers a right code or password with 403, a wrong one as before, and refuses refreshes', async () => {
    const { user, tokens, mobileNumber } = await signUpWithPassword(product, PASSWORD);
    await ban(user.id);
    const verify = await twin.client.post('/auth/verify-otp', await askCode(product, mobileNumber));
    expect([verify.status, verify.body.code]).toEqual([403, 'account_suspended']);
    const logIn = (password: string) =>
      product.client.post('/auth/login', { mobile_number: mobileNumber, password });
    expect((await logIn(PASSWORD)).body.code).toBe('account_suspended');
    expect((await logIn(`${PASSWORD}!`)).body.code).toBe('credentials_invalid');
    const { refresh_token } = tokens;
    expect((await twin.client.post('/auth/refresh', { refresh_token })).body.code).toBe('session_ended');
    await unban(user.id);
    expect((await signIn(product, mobileNumber)).user.id).toBe(user.id);
    expect((await product.client.post('/auth/refresh', { refresh_token })).status).toBe(401);
  });

  it('a live session is not refreshed for a suspended account', async () => {
    const { user, tokens } = await signIn(product);
    await product.rows('update users set suspended_at = now() where id = $1', [user.id]);
    const { refresh_token } = tokens;
    expect((await product.client.post('/auth/refresh', { refresh_token })).body.code).toBe('session_ended');
  });

  it.each(ENTRIES)('leaves no session to who signs in with a %s at the same moment', async (_, enter) => {
    for (let nth = 0; nth < 10; nth += 1) {
      const { user, mobileNumber } = await signUpWithPassword(product, PASSWORD);
      const entering = [enter(mobileNumber), enter(mobileNumber)];
      await ban(user.id);
      for (const { status } of await Promise.all(entering)) expect([200, 403]).toContain(status);
      expect(await liveSessions(user.id)).toBe(0);
    }
  });

  it.each(ENTRIES)('that is being written is waited for by who signs in with a %s', async (_, enter) => {
    const { user, mobileNumber } = await signUpWithPassword(product, PASSWORD);
    const banning = await product.db.connect();
    try {
      await banning.query('begin');
      await banning.query('update users set suspended_at = now() where id = $1', [user.id]);
      const entering = enter(mobileNumber);
      await statementsWaiting(product, 1);
      await banning.query('commit');
      expect((await entering).body.code).toBe('account_suspended');
    } finally {
      banning.release();
    }
  });
});

describe('an admin’s account', () => {
  it('cannot be banned, deleted or given another number by an operator, including its own', async () => {
    const other = await newAdmin(twin);
    for (const [id, whose] of [
      [other.id, 'the account of an admin'],
      [admin.id, 'your own account'],
    ] as const) {
      const answers = [
        await admin.client.post(`/admin/api/users/${id}/ban`),
        await admin.client.post(`/admin/api/users/${id}/mobile-number`, { mobile_number: newMobile() }),
        await admin.client.delete(`/admin/api/users/${id}`),
      ];
      const message = `This is ${whose}. Revoke the role first: npm run admin:revoke.`;
      for (const { status, body } of answers)
        expect([status, body.errors]).toEqual([400, [{ field: 'id', code: 'not_allowed', message }]]);
      expect(await auditOf(admin, id)).toEqual([]);
    }
    for (const { client } of [admin, other]) expect((await client.get('/admin/api/audit')).status).toBe(200);
  });

  it('can be acted upon as soon as the role is revoked', async () => {
    const other = await newAdmin(twin);
    await product.rows(`update users set role = 'user' where id = $1`, [other.id]);
    await ban(other.id);
    await endsSoon(other.client);
    expect((await admin.client.delete(`/admin/api/users/${other.id}`)).status).toBe(204);
  });
});

it('revoking sessions ends them on every process, and the person may sign in again', async () => {
  const { user, client, mobileNumber, tokens } = await signIn(product);
  expect((await act(admin, `/users/${user.id}/sessions/revoke`)).status).toBe(204);
  await endsSoon(client);
  await endsSoon(twin.client.as(tokens.access_token));
  expect((await signIn(twin, mobileNumber)).user.id).toBe(user.id);
});

describe('a number change by an operator', () => {
  const replace = (userId: string, mobile_number: string) =>
    admin.client.post(`/admin/api/users/${userId}/mobile-number`, { mobile_number });

  it('leaves the holder of the old number no session, code or password', async () => {
    const { user, client, mobileNumber } = await signUpWithPassword(product, PASSWORD);
    const [code, reset] = [
      await askCode(product, mobileNumber),
      await askCode(product, mobileNumber, { path: '/auth/forgot-password' }),
    ];
    const number = newMobile();
    expect((await replace(user.id, number)).body).toMatchObject({ mobile_number: number, live_sessions: 0 });
    await endsSoon(client);
    expect((await product.client.post('/auth/verify-otp', code)).body.code).toBe('otp_invalid');
    const set = await product.client.post('/auth/reset-password', {
      ...reset,
      new_password: 'staple battery',
    });
    expect(set.body.code).toBe('otp_invalid');
    for (const mobile_number of [mobileNumber, number]) {
      const { body } = await product.client.post('/auth/login', { mobile_number, password: PASSWORD });
      expect(body.code).toBe('credentials_invalid');
    }
    const again = await signIn(twin, number);
    expect(again.user).toMatchObject({ id: user.id, has_password: false });
    expect((await signIn(product, mobileNumber)).user.id).not.toBe(user.id);
  });

  it('leaves no session to a concurrent sign-in with the old number', async () => {
    for (let nth = 0; nth < 10; nth += 1) {
      const { user, mobileNumber } = await signIn(product);
      const entering = [product, twin].map(async (on) =>
        on.client.post('/auth/verify-otp', await askCode(on, mobileNumber)),
      );
      expect((await replace(user.id, newMobile())).status).toBe(200);
      for (const { status } of await Promise.all(entering)) expect([200, 401]).toContain(status);
      expect(await liveSessions(user.id)).toBe(0);
    }
  });

  it('is refused for a number that is taken, and says how to find its account', async () => {
    const [one, two] = [await signIn(product), await signIn(product)];
    expect((await replace(one.user.id, two.mobileNumber)).body).toMatchObject({
      status: 409,
      code: 'mobile_number_taken',
      detail: 'Another account has this number. Find it with GET /admin/api/users?mobile_number=.',
    });
    expect((await replace(one.user.id, 'no-number')).body.errors[0].code).toBe('invalid_number');
    // The refused action has ended no session and left no entry.
    expect((await one.client.get('/user/me')).body.mobile_number).toBe(one.mobileNumber);
    expect(await auditOf(admin, one.user.id)).toEqual([]);
  });
});

describe('a ban that is not committed yet', () => {
  it('is not escaped by deleting the account: account and number stay', async () => {
    const person = await signIn(product);
    await person.client.get('/user/me');
    const { status, body } = await whileBeingBanned(person, () => person.client.delete('/user/me'));
    expect([status, body.code]).toEqual([401, 'session_ended']);
    expect(await product.rows('select from users where id = $1', [person.user.id])).toHaveLength(1);
  });

  it('is not escaped by changing the number', async () => {
    const person = await signIn(product);
    const { body } = await person.client.post('/user/me/mobile-number', { mobile_number: newMobile() });
    const { otp, challenge_id } = body;
    const changed = await whileBeingBanned(person, () =>
      person.client.post('/user/me/mobile-number/confirm', { otp, challenge_id }),
    );
    expect([changed.status, changed.body.code]).toEqual([401, 'session_ended']);
    const [user] = await product.rows('select mobile_number from users where id = $1', [person.user.id]);
    expect(user).toEqual({ mobile_number: person.mobileNumber });
  });
});
