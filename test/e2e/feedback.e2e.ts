import { ask } from '../support/conversations.js';
import { newAdmin } from '../support/operators.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { someoneWithRoom } from '../support/rooms.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

const WHOLE = { rating: 'down', tags: ['too long', 'wrong'], comment: 'It was dusk.' };

/** A person with an answered message. */
async function answered(): Promise<{ user: TestUser; room: string; path: string; message: string }> {
  const { user, room } = await someoneWithRoom(product);
  const { body } = await ask(user, room);
  return {
    user,
    room,
    path: `/chatroom/${room}/messages/${body.reply.id}`,
    message: `/chatroom/${room}/messages/${body.message.id}`,
  };
}

describe('feedback on a reply', () => {
  it('is shown with the reply wherever the reply is shown, until it is removed', async () => {
    const { user, room, path } = await answered();
    const given = await user.client.put(`${path}/feedback`, WHOLE);
    expect([given.status, given.body.feedback]).toEqual([200, WHOLE]);
    expect((await user.client.get(path)).body).toEqual(given.body);
    const [reply, message] = (await user.client.get(`/chatroom/${room}/messages`)).body.data;
    expect([reply.feedback, message.feedback]).toEqual([WHOLE, null]);
    const exported = (await user.client.get('/user/me/export')).body.messages;
    expect(exported.map(({ feedback }: { feedback: unknown }) => feedback)).toEqual([null, WHOLE]);
    for (let twice = 0; twice < 2; twice += 1)
      expect((await user.client.delete(`${path}/feedback`)).status).toBe(204);
    expect((await user.client.get(path)).body.feedback).toBeNull();
  });

  it('replaces the feedback before: an absent field is empty', async () => {
    const { user, path } = await answered();
    await user.client.put(`${path}/feedback`, WHOLE);
    const again = await user.client.put(`${path}/feedback`, { rating: 'up' });
    expect(again.body.feedback).toEqual({ rating: 'up', tags: [], comment: null });
  });

  it('keeps each tag once, trimmed', async () => {
    const { user, path } = await answered();
    const { body } = await user.client.put(`${path}/feedback`, {
      rating: 'up',
      tags: [' a ', 'a', 'b'],
      comment: null,
    });
    expect(body.feedback).toEqual({ rating: 'up', tags: ['a', 'b'], comment: null });
  });

  it('takes five tags of forty characters and a comment of 2,000, each escaped', async () => {
    const { user, path } = await answered();
    const tags = [1, 2, 3, 4, 5].map((nth) => `${'🌅'.repeat(39)}${nth}`);
    const comment = '🌅'.repeat(2000);
    const escaped = JSON.stringify({ rating: 'up', tags, comment }).replaceAll(
      /[\ud800-\udfff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
    );
    const response = await fetch(`${product.url}${path}/feedback`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
      body: escaped,
    });
    expect([response.status, await response.json()]).toMatchObject([200, { feedback: { tags, comment } }]);
  });

  it.each<[string, object, string, string]>([
    ['no rating', {}, 'rating', 'required'],
    ['another rating', { rating: 'sideways' }, 'rating', 'not_allowed'],
    ['six tags', { rating: 'up', tags: ['1', '2', '3', '4', '5', '6'] }, 'tags', 'too_long'],
    ['a tag of 41 characters', { rating: 'up', tags: ['x'.repeat(41)] }, 'tags', 'too_long'],
    ['an empty tag', { rating: 'up', tags: [' '] }, 'tags', 'too_short'],
    ['a tag with NUL', { rating: 'up', tags: ['a\0'] }, 'tags.0', 'invalid_characters'],
    ['a number as tag', { rating: 'up', tags: [1] }, 'tags', 'invalid_type'],
    ['tags that are no list', { rating: 'up', tags: 'a' }, 'tags', 'invalid_type'],
    ['a comment of 2,001 characters', { rating: 'up', comment: 'x'.repeat(2001) }, 'comment', 'too_long'],
    ['an unknown field', { rating: 'up', stars: 5 }, 'stars', 'unknown_field'],
  ])('with %s is refused', async (_, body, field, code) => {
    const { user, path } = await shared();
    const answer = await user.client.put(`${path}/feedback`, body);
    expect([answer.status, answer.body.errors]).toMatchObject([400, [{ field, code }]]);
  });

  it('on a message of the user, and on a reply of another user, is 404', async () => {
    const { user, path, message } = await answered();
    const other = await newUser(product);
    for (const [client, target] of [
      [user.client, message],
      [other.client, path],
    ] as const) {
      expect((await client.put(`${target}/feedback`, WHOLE)).status).toBe(404);
      expect((await client.delete(`${target}/feedback`)).status).toBe(404);
    }
    expect((await user.client.get(path)).body.feedback).toBeNull();
  });

  it('is removed by a retry, because the text that it rated is gone', async () => {
    const { user, room, path } = await answered();
    await user.client.put(`${path}/feedback`, WHOLE);
    await product.rows(
      `update messages set status = 'failed', content = '', finish_reason = 'error', error_code = 'internal', active = false
       where chatroom_id = $1 and role = 'model'`,
      [room],
    );
    expect((await user.client.post(`${path}/retry`)).body.reply.feedback).toBeNull();
  });
});

let kept: ReturnType<typeof answered> | undefined;
/** One reply for the refusals, which change nothing. */
const shared = () => (kept ??= answered());

describe('operators', () => {
  it('list ratings and tags by filters, with counts, and no text', async () => {
    const admin = await newAdmin(product);
    const { user, room, path } = await answered();
    const second = `/chatroom/${room}/messages/${(await ask(user, room)).body.reply.id}`;
    const third = `/chatroom/${room}/messages/${(await ask(user, room)).body.reply.id}`;
    await user.client.put(`${path}/feedback`, WHOLE);
    await user.client.put(`${second}/feedback`, { rating: 'up', tags: ['wrong'] });
    await user.client.put(`${third}/feedback`, { rating: 'up' });
    const list = async (query: string) =>
      (await admin.client.get(`/admin/api/feedback?user_id=${user.id}${query}`)).body;
    const whole = await list('');
    expect(whole.data).toMatchObject([
      { rating: 'up', tags: [], has_comment: false },
      { rating: 'up', tags: ['wrong'], has_comment: false },
      { rating: 'down', tags: WHOLE.tags, has_comment: true, user_id: user.id, chatroom_id: room },
    ]);
    expect(whole.counts).toEqual({
      up: 2,
      down: 1,
      tags: [
        { tag: 'wrong', count: 2 },
        { tag: 'too long', count: 1 },
      ],
    });
    expect(JSON.stringify(whole)).not.toContain('dusk');
    expect((await list('&rating=down')).counts).toMatchObject({ up: 0, down: 1 });
    expect((await list('&tag=wrong')).data).toHaveLength(2);
    const first = await list('&limit=2');
    const next = await list(`&limit=2&cursor=${first.next_cursor}`);
    expect([first.data.length, next.data.length, next.counts, next.next_cursor]).toEqual([2, 1, null, null]);
    const all = (await admin.client.get('/admin/api/feedback?limit=3')).body;
    expect(all.data).toEqual(whole.data);
    expect((await admin.client.get('/admin/api/feedback?ratin=up')).status).toBe(400);
  });
});
