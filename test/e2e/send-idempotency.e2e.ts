import { randomUUID } from 'node:crypto';
import { finalReply, send, usedToday } from '../support/conversations.js';
import { statementsWaiting, whileRoomIsHeld } from '../support/locks.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newRoom, someoneWithRoom } from '../support/rooms.js';
import { NARROW_LIMITS } from '../support/suites.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

describe('promise 4: idempotency', () => {
  it('the same key and body, twenty times in parallel: one message, one unit, the same answer', async () => {
    const { user, room } = await someoneWithRoom(product);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(user, room, 'hello', key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.reply.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
    expect(await usedToday(user)).toBe(1);
  });

  it.each([
    ['the first', 0],
    ['the day’s last', 4],
  ])('twins that wait for one another get the same answer when it is %s message', async (_, before) => {
    const { user, room } = await someoneWithRoom(product);
    for (let n = 0; n < before; n++) await send(user, room, `m${n}`);
    await whileRoomIsHeld(product, room, async (release) => {
      const twins = Promise.all([1, 2, 3].map(() => send(user, room, 'hello', 'key-t')));
      await statementsWaiting(product, 3);
      await release();
      const answers = await twins;
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
      expect(new Set(answers.map(({ body }) => body.reply.id)).size).toBe(1);
    });
    expect(await usedToday(user)).toBe(before + 1);
  });

  it('the fifth message’s key, replayed at five of five, gives the same answer and not 429', async () => {
    const { user, room } = await someoneWithRoom(product);
    for (let n = 0; n < 4; n++) await send(user, room, `m${n}`);
    const key = randomUUID();
    const twins = await Promise.all(Array.from({ length: 6 }, () => send(user, room, 'the fifth', key)));
    expect(twins.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202]);
    expect((await send(user, room, 'the fifth', key)).status).toBe(202);
    expect(await usedToday(user)).toBe(5);
  });

  it('the same key with another body or in another room is an error', async () => {
    const { user, room } = await someoneWithRoom(product);
    const other = (await newRoom(user)).id;
    await send(user, room, 'hello', 'key-1');
    for (const answer of [
      await send(user, room, 'other', 'key-1'),
      await send(user, other, 'hello', 'key-1'),
    ])
      expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('a key belongs to its user, and quotes around it do not count', async () => {
    const [a, b] = [await someoneWithRoom(product), await someoneWithRoom(product)];
    const first = await send(a.user, a.room, 'hello', '"key-q"');
    const again = await send(a.user, a.room, 'hello', 'key-q');
    const theirs = await send(b.user, b.room, 'hello', 'key-q');
    expect(again.body.reply.id).toBe(first.body.reply.id);
    expect(theirs.body.reply.id).not.toBe(first.body.reply.id);
  });

  it('a key whose first request still runs after five seconds is a conflict', async () => {
    const { user, room } = await someoneWithRoom(product);
    const answer = await whileRoomIsHeld(product, room, () => send(user, room, 'hello', 'key-l'));
    expect([answer.status, answer.body.code]).toEqual([409, 'idempotency_in_progress']);
    expect(await usedToday(user)).toBe(0);
  });

  it('a key is free again after 24 hours', async () => {
    const { user, room } = await someoneWithRoom(product);
    const first = await send(user, room, 'hello', 'key-d');
    await product.rows(
      `update idempotency_keys set created_at = created_at - interval '24 hours' where user_id = $1`,
      [user.id],
    );
    const answers = await Promise.all([1, 2, 3].map(() => send(user, room, 'other', 'key-d')));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const ids = new Set(answers.map(({ body }) => body.reply.id));
    expect([ids.size, ids.has(first.body.reply.id)]).toEqual([1, false]);
    expect(await usedToday(user)).toBe(2);
  });

  it('the parallel twin past the minute’s limit gets the same answer as the one within it', async () => {
    const strict = await sharedProduct(NARROW_LIMITS);
    const { user, room } = await someoneWithRoom(strict, { tier: 'pro' });
    await whileRoomIsHeld(strict, room, async (release) => {
      const first = send(user, room, 'hello', 'key-m');
      await statementsWaiting(strict, 1);
      const second = send(user, room, 'hello', 'key-m');
      await release();
      expect((await second).body.reply.id).toBe((await first).body.reply.id);
    });
    await strict.close();
  });

  it('a replay shows the present state in the requested form', async () => {
    const { user, room } = await someoneWithRoom(product);
    const first = await send(user, room, 'hello', 'key-w');
    await finalReply(user, first);
    const again = await user.client.post(
      `/chatroom/${room}/message`,
      { content: 'hello' },
      { headers: { 'idempotency-key': 'key-w', prefer: 'wait=5' } },
    );
    expect([again.status, again.body.reply.status, again.body.reply.id]).toEqual([
      201,
      'completed',
      first.body.reply.id,
    ]);
  });
});
