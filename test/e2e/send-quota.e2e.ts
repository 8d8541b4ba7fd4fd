import { expectQuotaExact, finalReply, marked, script, send, usedToday } from '../support/conversations.js';
import { statementsWaiting, whileRoomIsHeld } from '../support/locks.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newRoom, someoneWithRoom } from '../support/rooms.js';
import { NARROW_LIMITS } from '../support/suites.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

describe('promise 3: the day’s quota', () => {
  it('of twenty parallel sends at a limit of five, five are accepted, in any rooms', async () => {
    const { user, room } = await someoneWithRoom(product);
    const other = (await newRoom(user)).id;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => send(user, n % 2 ? room : other, `m${n}`)),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    expect(
      answers.filter(({ status, body }) => status === 429 && body.code === 'daily_limit_reached'),
    ).toHaveLength(15);
    expect(await usedToday(user)).toBe(5);
    await expectQuotaExact(product, user);
  });

  it('a refusal never reports a remaining message', async () => {
    const { user, room } = await someoneWithRoom(product);
    await whileRoomIsHeld(product, room, async (release) => {
      const sending = Promise.all(Array.from({ length: 8 }, (_, n) => send(user, room, `m${n}`)));
      await statementsWaiting(product, 8);
      await release();
      const refused = (await sending).filter(({ status }) => status === 429);
      expect(refused.map(({ body }) => body.used)).toEqual([5, 5, 5]);
      for (const { headers } of refused) expect(headers.get('ratelimit')).toContain('"daily";r=0;');
    });
  });

  it('past the limit nothing is stored, and the refusal names the reset and the upgrade', async () => {
    const { user, room } = await someoneWithRoom(product);
    for (let n = 0; n < 5; n++) await send(user, room, `m${n}`);
    const answer = await send(user, room, 'one too many');
    expect(answer.body).toMatchObject({ code: 'daily_limit_reached', limit: 5, used: 5 });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(new Date(answer.body.resets_at).getTime()).toBeGreaterThan(Date.now());
    expect(await product.rows('select from messages where chatroom_id = $1', [room])).toHaveLength(10);
  });

  it('at a limit of 0 the first message of a day is refused', async () => {
    const closed = await sharedProduct(NARROW_LIMITS);
    const { user, room } = await someoneWithRoom(closed);
    expect((await send(user, room, 'the first')).body).toMatchObject({ limit: 0, used: 0 });
    // Nothing is charged, so nothing may be used. A third request of the minute would be refused.
    await expectQuotaExact(closed, user);
    await closed.close();
  });

  it('Pro is unlimited, and an ended Pro is Basic', async () => {
    const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
    for (let n = 0; n < 7; n++) expect((await send(user, room, `m${n}`)).status).toBe(202);
    await product.rows(`update users set tier_ends_at = now() - interval '1 second' where id = $1`, [
      user.id,
    ]);
    expect((await send(user, room, 'too many')).status).toBe(429);
  });

  it('an unanswered message costs nothing and refunds no answered one', async () => {
    const { user, room } = await someoneWithRoom(product);
    await finalReply(user, await send(user, room, 'answered'));
    const text = marked();
    await script(product, { match: text, times: 9, outcome: 'http_error', status: 400 });
    const reply = await finalReply(user, await send(user, room, text));
    expect(reply).toMatchObject({ status: 'failed', content: '', finish_reason: 'error', active: false });
    expect(reply.error).toMatchObject({ code: 'model_rejected', retriable: false });
    expect(await usedToday(user)).toBe(1);
    await expectQuotaExact(product, user);
  });

  it('at most ten units a day are refunded', async () => {
    const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
    const text = marked();
    await script(product, { match: text, times: 12, outcome: 'http_error', status: 403 });
    for (let n = 0; n < 12; n++) await finalReply(user, await send(user, room, text));
    expect(await usedToday(user)).toBe(2);
    await expectQuotaExact(product, user);
  });

  it('the usage of an account deleted during the request is 401', async () => {
    const { user } = await someoneWithRoom(product);
    expect((await user.client.get('/user/usage')).status).toBe(200);
    await product.rows('delete from users where id = $1', [user.id]);
    const { status, body } = await user.client.get('/user/usage');
    expect([status, body.code]).toEqual([401, 'session_ended']);
  });
});
