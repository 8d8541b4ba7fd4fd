import type { DataSource } from 'typeorm';
import { IdentitiesRepository } from '../../src/auth/issuers/identities.repository.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import type { Keys } from '../../src/platform/crypto/keys.js';
import { Database } from '../../src/platform/database/database.js';
import { usedToday } from '../support/conversations.js';
import { statementsWaiting } from '../support/locks.js';
import { newMobile, signIn, testKeys } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { TokenIssuer } from '../support/token-issuer.js';

let product: Product;
let issuer: TokenIssuer;
let dataSource: DataSource;
let identities: IdentitiesRepository;
beforeAll(async () => {
  issuer = await TokenIssuer.start();
  product = await startProduct({ AUTH_TRUSTED_ISSUERS: issuer.setting });
  const url = product.databaseUrl;
  dataSource = await openDataSource({ url, poolMax: 2, applicationName: 'test' });
  identities = new IdentitiesRepository(new Database(dataSource), testKeys as Keys);
});
afterAll(async () => {
  await dataSource.destroy();
  await product.close();
  await issuer.close();
});

const DAY_LIMIT = 5;
const nowSeconds = () => Math.floor(Date.now() / 1000);
const as = (token: string) => product.client.as(token);
const me = (token: string) => as(token).get('/user/me');

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
  const sub = String(issuer.claims()['sub']);
  const token = issuer.token({ sub, auth_time: nowSeconds() });
  const room = (await as(token).post('/chatroom')).body.id;
  for (let n = 0; n < DAY_LIMIT; n += 1)
    await as(token).post(`/chatroom/${room}/message`, { content: 'hello' });
  return { id: (await me(token)).body.id, sub, token };
}

/** A person's next token, issued a moment later. */
const later = (sub: string) => issuer.token({ sub, iat: nowSeconds() + 5, auth_time: nowSeconds() });

describe('when an account of a trusted issuer is deleted', () => {
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
});

it('a deletion and a concurrent first token leave no orphaned account', async () => {
  for (let round = 0; round < 10; round += 1) {
    const sub = String(issuer.claims()['sub']);
    const { body } = await me(issuer.token({ sub }));
    const tokens = Array.from({ length: 6 }, (_, n) => issuer.token({ sub, jti: n }));
    const [, ...answers] = await Promise.all([deleteAccount(body.id), ...tokens.map(me)]);
    for (const answer of answers) expect([200, 401]).toContain(answer.status);
    const left = await product.rows(
      `select 1 from external_identities where subject = $1 union all select 1 from users where id = $2`,
      [sub, body.id],
    );
    expect(left).toEqual([]);
  }
});
