import type { DataSource } from 'typeorm';
import { IdentitiesRepository } from '../../src/auth/issuers/identities.repository.js';
import type { Keys } from '../../src/platform/crypto/keys.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import { expectQuotaExact, usedToday } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { statementsWaiting } from '../support/locks.js';
import { act, newAdmin } from '../support/operators.js';
import { newMobile, newUser, signIn, testKeys, type TestUser } from '../support/people.js';
import { newDatabase } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';
import { AUDIENCE, TokenIssuer } from '../support/token-issuer.js';

let product: Product;
let second: Product;
let issuer: TokenIssuer;
let other: TokenIssuer;
let third: TokenIssuer;
beforeAll(async () => {
  [issuer, other, third] = (await Promise.all(
    (['ES256', 'RS256', 'EdDSA'] as const).map((alg) => TokenIssuer.start(alg)),
  )) as [TokenIssuer, TokenIssuer, TokenIssuer];
  const environment = {
    DATABASE_URL: await newDatabase(),
    AUTH_TRUSTED_ISSUERS: `${issuer.setting}, ${other.setting},${third.setting},${issuer.setting.replace('|chat|', '|mobile|')}`,
  };
  [product, second] = await Promise.all([
    startProduct(environment),
    startProduct({ ...environment, WORKER: 'separate' }),
  ]);
});
afterAll(async () => {
  await Promise.all([product.close(), second.close()]);
  await Promise.all([issuer, other, third].map((one) => one.close()));
});

const nowSeconds = () => Math.floor(Date.now() / 1000);
const me = (token: string, on = product) => on.client.as(token).get('/user/me');
const subject = () => String(issuer.claims()['sub']);

/** A person who signs in at the issuer. */
async function newPerson(claims: object = {}): Promise<TestUser & { sub: string }> {
  const sub = subject();
  const token = issuer.token({ sub, ...claims });
  const { status, body, text } = await me(token);
  if (status !== 200) throw new Error(`the token was not taken: ${text}`);
  const [row] = await product.rows<{ session_id: string }>(
    'select session_id from external_identities where subject = $1',
    [sub],
  );
  const client = product.client.as(token);
  return { id: body.id, sessionId: row!.session_id, mobileNumber: '', token, client, sub };
}

describe('a person of a trusted issuer', () => {
  it('gets one account with the first token, also from twenty parallel requests', async () => {
    const atOnce = (sub: string) =>
      Promise.all(
        Array.from({ length: 20 }, (_, n) => me(issuer.token({ sub, jti: n }), n % 2 ? product : second)),
      );
    // On a busy machine a cold pool's connections may take longer than a request waits for one.
    await atOnce(subject());
    const answers = await atOnce(subject());
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const [rows] = await product.rows(
      `select (select count(*)::int from sessions where user_id = $1) as sessions,
         (select count(*)::int from users u where not exists (select from external_identities where user_id = u.id)
            and u.mobile_number is null) as orphans`,
      [answers[0]!.body.id],
    );
    expect(rows).toEqual({ sessions: 1, orphans: 0 });
  });

  it('has no number, the default tier, and the name and address that the token gives, unverified', async () => {
    const { body } = await me(
      issuer.token({ name: '  Asha ', email: 'asha@example.com', email_verified: true }),
    );
    expect(body).toMatchObject({ mobile_number: null, tier: 'basic', role: 'user', has_password: false });
    expect(body).toMatchObject({ name: 'Asha', email: 'asha@example.com', email_verified: false });
    const strange = await me(issuer.token({ name: `x\0${'y'.repeat(5000)}`, email: 'no address' }));
    expect(strange.body).toMatchObject({ name: null, email: null });
    expect([...(await me(issuer.token({ name: '😀'.repeat(101) }))).body.name]).toHaveLength(100);
  });

  it('is the pair of issuer and subject: the same subject elsewhere is another person', async () => {
    const sub = subject();
    const [here, there] = [await me(issuer.token({ sub })), await me(other.token({ sub }))];
    expect([here.status, there.status]).toEqual([200, 200]);
    expect(here.body.id).not.toBe(there.body.id);
    expect((await me(issuer.token({ sub, jti: 'another' }))).body.id).toBe(here.body.id);
  });

  it('is not verified by the SMS sandbox', async () => {
    const { id } = await newPerson();
    const rows = await product.rows(
      `select u.sandbox_proven as person, s.sandbox_proven as session from users u join sessions s on s.user_id = u.id
       where u.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ person: false, session: false }]);
  });

  it('sends messages until the day is used up, exactly', async () => {
    const person = await newPerson();
    const room = (await newRoom(person)).id;
    const send = () => person.client.post(`/chatroom/${room}/message`, { content: 'hello' });
    const answers = await Promise.all(Array.from({ length: 12 }, send));
    expect(answers.map(({ status }) => status).filter((status) => status === 202)).toHaveLength(5);
    expect(await usedToday(person)).toBe(5);
    await expectQuotaExact(product, person);
  });

  it('sees no room of another person', async () => {
    const owner = await newUser(product);
    const room = await newRoom(owner);
    const person = await newPerson();
    expect((await person.client.get(`/chatroom/${room.id}`)).status).toBe(404);
  });

  it('may add a mobile number once the issuer reports a recent sign-in', async () => {
    const person = await newPerson({ auth_time: nowSeconds() - 5 });
    const number = newMobile();
    const sent = await person.client.post('/user/me/mobile-number', { mobile_number: number });
    const { otp, challenge_id } = sent.body;
    const confirmed = await person.client.post('/user/me/mobile-number/confirm', { otp, challenge_id });
    expect(confirmed).toMatchObject({ status: 200, body: { id: person.id, mobile_number: number } });
    expect((await me(person.token)).body.mobile_number).toBe(number);
  });
});

describe('a fresh session', () => {
  const needsFresh = (token: string) =>
    product.client.as(token).post('/user/me/mobile-number', { mobile_number: newMobile() });

  it.each<[string, number | string | undefined, number]>([
    ['five seconds ago', -5, 202],
    ['eleven minutes ago', -660, 403],
    ['never, as far as the token says', undefined, 403],
    ['at no time that is one', 'now', 403],
  ])('is one whose person signed in at the issuer %s: %s gives %i', async (_, ago, status) => {
    const auth_time = typeof ago === 'number' ? nowSeconds() + ago : ago;
    const answer = await needsFresh(issuer.token({ auth_time }));
    expect([answer.status, answer.body.code]).toEqual([
      status,
      status === 403 ? 'step_up_required' : undefined,
    ]);
  });

  it('comes with a token of a newer sign-in, and an older token does not end it', async () => {
    const person = await newPerson({ auth_time: nowSeconds() - 3600 });
    expect((await needsFresh(person.token)).status).toBe(403);
    const fresh = issuer.token({ sub: person.sub, auth_time: nowSeconds() });
    expect((await needsFresh(fresh)).status).toBe(202);
    expect((await me(issuer.token({ sub: person.sub, auth_time: 1 }))).status).toBe(200);
    expect((await needsFresh(fresh)).status).toBe(202);
  });

  it('does not apply to the person’s other tokens', async () => {
    const person = await newPerson({ auth_time: nowSeconds() });
    expect((await needsFresh(person.token)).status).toBe(202);
    for (const auth_time of [undefined, nowSeconds() - 660])
      expect((await needsFresh(issuer.token({ sub: person.sub, auth_time }))).status).toBe(403);
  });

  it('does not last longer because the issuer’s clock is ahead', async () => {
    const person = await newPerson({ auth_time: nowSeconds() + 3600 });
    const [row] = await product.rows<{ ahead: boolean }>(
      `select authenticated_at > now() as ahead from sessions where id = $1`,
      [person.sessionId],
    );
    expect(row!.ahead).toBe(false);
  });
});

describe('a token is accepted', () => {
  it('when it is signed with RS256, ES256 or EdDSA', async () => {
    for (const signer of [other, issuer, third]) expect((await me(signer.token())).status).toBe(200);
  });

  it.each<[string, object, object]>([
    ['for one of several audiences', { aud: ['another', AUDIENCE] }, {}],
    ['for the other audience of this issuer', { aud: 'mobile' }, {}],
    ['as an access token of RFC 9068', {}, { typ: 'at+JWT' }],
    ['without a type', {}, { typ: undefined }],
    ['from a clock that is half a minute ahead', { iat: nowSeconds() + 30, nbf: nowSeconds() + 30 }, {}],
    ['until 24 hours after it was made', { exp: nowSeconds() + 86_400, iat: nowSeconds() }, {}],
    ['with a subject of 255 characters', { sub: 'ß'.repeat(255) }, {}],
  ])('%s', async (_, claims, header) => {
    const { status } = await me(issuer.token(claims, header));
    expect(status).toBe(200);
  });
});

describe('the session of all tokens of a person', () => {
  const REVOCATION_MS = 2000;
  const isEnded = ({ body }: { body: { code?: string } }) => body.code === 'session_ended';
  /** As an operator ends it. */
  const end = (userId: string) =>
    product.rows(
      `with ended as (update sessions set ended_at = now() where user_id = $1 and ended_at is null returning id, user_id)
       select pg_notify('chat_bus', json_build_object('event', 'session.ended', 'payload',
         json_build_object('sessionId', id, 'userId', user_id))::text) from ended`,
      [userId],
    );

  it('ends all of them on every process, also tokens not seen before', async () => {
    const person = await newPerson({ iat: nowSeconds() - 5 });
    const unseen = issuer.token({ sub: person.sub, iat: nowSeconds() - 5, jti: 'unseen' });
    expect((await me(person.token, second)).status).toBe(200);
    await end(person.id);
    for (const on of [product, second]) {
      await eventually(() => me(person.token, on), isEnded, REVOCATION_MS);
      expect(isEnded(await me(unseen, on))).toBe(true);
    }
  });

  it('is followed by another with the first newer token, and old tokens stay ended', async () => {
    const person = await newPerson({ iat: nowSeconds() - 5 });
    await end(person.id);
    await eventually(() => me(person.token), isEnded, REVOCATION_MS);
    const newer = issuer.token({ sub: person.sub, iat: nowSeconds() + 2 });
    for (const on of [product, second]) {
      expect((await me(newer, on)).body.id).toBe(person.id);
      await eventually(() => me(person.token, on), isEnded, REVOCATION_MS);
    }
    const old = issuer.token({ sub: person.sub, iat: nowSeconds() - 4, jti: 'old' });
    expect(isEnded(await me(old))).toBe(true);
    expect((await me(newer)).status).toBe(200);
  });

  it('does not start for a suspended account, however new the token', async () => {
    const person = await newPerson();
    await product.rows('update users set suspended_at = now() where id = $1', [person.id]);
    expect(isEnded(await me(issuer.token({ sub: person.sub, jti: 'unseen' })))).toBe(true);
    await end(person.id);
    await eventually(() => me(person.token), isEnded, REVOCATION_MS);
    const newer = issuer.token({ sub: person.sub, iat: nowSeconds() + 30 });
    for (const on of [product, second]) expect(isEnded(await me(newer, on))).toBe(true);
    await product.rows('update users set suspended_at = null where id = $1', [person.id]);
    expect((await me(newer)).status).toBe(200);
  });

  it('ends with a ban on every process, and no token starts another', async () => {
    const [person, admin] = [await newPerson(), await newAdmin(product)];
    for (const on of [product, second]) expect((await me(person.token, on)).status).toBe(200);
    await act(admin, `/users/${person.id}/ban`);
    for (const on of [product, second]) {
      await eventually(() => me(person.token, on), isEnded, REVOCATION_MS);
      const newer = issuer.token({ sub: person.sub, iat: nowSeconds() + 30, jti: on.url });
      expect(isEnded(await me(newer, on))).toBe(true);
    }
  });

  it('is prolonged by its tokens', async () => {
    const person = await newPerson();
    await product.rows(
      `update sessions set expires_at = now() + interval '1 day', last_used_at = now() - interval '1 day' where id = $1`,
      [person.sessionId],
    );
    await product.rows(`update users set last_active_at = now() - interval '1 year' where id = $1`, [
      person.id,
    ]);
    await me(issuer.token({ sub: person.sub, jti: 'next' }));
    const rows = await product.rows(
      `select expires_at > now() + interval '29 days' as rolled, last_used_at > now() - interval '1 minute' as used,
         last_active_at > now() - interval '1 minute' as active
       from sessions s join users u on u.id = s.user_id where u.id = $1`,
      [person.id],
    );
    expect(rows).toEqual([{ rolled: true, used: true, active: true }]);
  });
});

describe('under /auth', () => {
  it('such a token is refused on every route, however the path is written', async () => {
    const { token } = await newPerson();
    const sub = subject();
    for (const bearer of [token, issuer.token({ sub })])
      for (const [method, path] of [
        ['GET', '/auth/sessions'],
        ['GET', '/auth/sessions/'],
        ['GET', '/auth/sessions?limit=1'],
        ['DELETE', '/auth/sessions'],
        ['DELETE', '/auth/sessions/019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f'],
        ['POST', '/auth/step-up'],
        ['POST', '/auth/change-password'],
      ] as const) {
        const answer = await product.client.as(bearer).request(method, path, { undocumented: true });
        expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'unauthenticated']);
      }
    for (const path of ['//auth/sessions', '/Auth/sessions', '/%61uth/sessions', '/./auth/sessions']) {
      const answer = await product.client.as(token).get(path, { undocumented: true });
      expect([path, [401, 404].includes(answer.status)]).toEqual([path, true]);
    }
    const rows = await product.rows('select 1 from external_identities where subject = $1', [sub]);
    expect(rows).toEqual([]);
  });

  it('a sign-out with it ends nothing: the issuer owns the session', async () => {
    const { token } = await newPerson();
    expect((await product.client.as(token).post('/auth/logout')).status).toBe(204);
    expect((await me(token)).status).toBe(200);
  });
});

describe('when an account of a trusted issuer is deleted', () => {
  let dataSource: DataSource;
  let identities: IdentitiesRepository;
  beforeAll(async () => {
    dataSource = await openDataSource({ url: product.databaseUrl, poolMax: 2, applicationName: 'test' });
    identities = new IdentitiesRepository(new Database(dataSource), testKeys as Keys);
  });
  afterAll(() => dataSource.destroy());

  const DAY_LIMIT = 5;
  const as = (token: string) => product.client.as(token);

  /** A user who has just signed in at the issuer deletes the account. */
  async function leave(token: string): Promise<void> {
    const { status, text } = await as(token).delete('/user/me');
    if (status !== 204) throw new Error(`the account is still there: ${text}`);
  }

  /** The same in a transaction of ours, at any moment, and with something going on before its end. */
  const deleteAccount = (userId: string, at = new Date(), meanwhile?: () => Promise<unknown>) =>
    dataSource.transaction(async (manager) => {
      await identities.endIdentitiesOf(userId, at, manager);
      await manager.query('delete from users where id = $1', [userId]);
      await meanwhile?.();
    });

  /** A person whose daily limit is used up. */
  async function spent(): Promise<{ id: string; sub: string; token: string }> {
    const sub = subject();
    const token = issuer.token({ sub, auth_time: nowSeconds() });
    const room = (await as(token).post('/chatroom')).body.id;
    for (let n = 0; n < DAY_LIMIT; n += 1)
      await as(token).post(`/chatroom/${room}/message`, { content: 'hello' });
    return { id: (await me(token)).body.id, sub, token };
  }

  /** A person's next token, issued a moment later. */
  const later = (sub: string) => issuer.token({ sub, iat: nowSeconds() + 5, auth_time: nowSeconds() });

  it('no token issued before then creates another, seen or not', async () => {
    const { sub, token } = await spent();
    const unseen = issuer.token({ sub, jti: 'unseen' });
    await leave(token);
    for (const one of [token, unseen, unseen]) expect((await me(one)).body.code).toBe('session_ended');
    expect(await product.rows('select 1 from external_identities where subject = $1', [sub])).toEqual([]);
  });

  it('the next sign-in creates a new, empty account, and older tokens stay ended', async () => {
    const { id, sub, token } = await spent();
    const old = issuer.token({ sub, jti: 'old' });
    await leave(token);
    const { status, body } = await me(later(sub));
    expect(status).toBe(200);
    expect(body.id).not.toBe(id);
    expect((await as(later(sub)).get('/chatroom')).body.data).toEqual([]);
    expect((await me(old)).body.code).toBe('session_ended');
  });

  it('a newer token that arrives meanwhile waits and creates a new account', async () => {
    const { id, sub } = await spent();
    await product.rows('update sessions set ended_at = $2 where user_id = $1', [id, new Date()]);
    const answers: ReturnType<typeof me>[] = [];
    await deleteAccount(id, new Date(), () => {
      answers.push(me(later(sub)));
      return statementsWaiting(product, 1);
    });
    const { status, body } = await answers[0]!;
    expect(status).toBe(200);
    expect(body.id).not.toBe(id);
  });

  it('the day’s quota usage stays: a return gives no new messages', async () => {
    const { sub, token } = await spent();
    await leave(token);
    expect(await usedToday({ client: as(later(sub)) })).toBe(DAY_LIMIT);
  });

  it('the day’s quota usage stays with both identities of a linked number', async () => {
    const { sub, token } = await spent();
    const number = newMobile();
    const sent = await as(token).post('/user/me/mobile-number', { mobile_number: number });
    const { otp, challenge_id } = sent.body;
    await as(token).post('/user/me/mobile-number/confirm', { otp, challenge_id });
    expect(await usedToday({ client: as(token) })).toBe(DAY_LIMIT);
    await leave(token);
    expect(await usedToday({ client: as(later(sub)) })).toBe(DAY_LIMIT);
    expect(await usedToday(await signIn(product, number))).toBe(DAY_LIMIT);
  });

  it('a hash and a time remain until its last token has expired', async () => {
    const { id, sub } = await spent();
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3600_000);
    await deleteAccount(id, hoursAgo(2));
    const key = identities.keyOf({ issuer: issuer.name, subject: sub });
    const kept = () => product.rows('select ended_at from ended_identities where key = $1', [key]);
    await identities.purgeEnded(hoursAgo(3));
    expect(await kept()).toHaveLength(1);
    await identities.purgeEnded(hoursAgo(1));
    expect(await kept()).toEqual([]);
  });

  it('a deletion and a concurrent first token leave no orphaned account', async () => {
    for (let round = 0; round < 10; round += 1) {
      const sub = subject();
      const { body } = await me(issuer.token({ sub }));
      const tokens = Array.from({ length: 6 }, (_, n) => issuer.token({ sub, jti: n }));
      const [, ...answers] = await Promise.all([deleteAccount(body.id), ...tokens.map((token) => me(token))]);
      for (const answer of answers) expect([200, 401]).toContain(answer.status);
      const left = await product.rows(
        `select 1 from external_identities where subject = $1 union all select 1 from users where id = $2`,
        [sub, body.id],
      );
      expect(left).toEqual([]);
    }
  });
});

it('nothing of a token, a subject or an address is in the log', async () => {
  const { token, sub } = await newPerson({ email: 'asha.hidden@example.com' });
  await me(`${token}x`);
  for (const secret of [token, token.split('.')[2]!, sub, 'asha.hidden']) {
    expect(product.log).not.toContain(secret);
    expect(second.log).not.toContain(secret);
  }
});
