import { randomUUID } from 'node:crypto';
import { newUser, type TestUser } from '../support/people.js';
import { newRoom } from '../support/rooms.js';
import { sharedProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct({ WORKER: 'separate' });
});
afterAll(() => product.close());

/** A room with `count` exchanges. */
async function roomWith(count: number): Promise<{ user: TestUser; room: string }> {
  const user = await newUser(product, { tier: 'pro' });
  const room = (await newRoom(user)).id;
  for (let n = 1; n <= count; n++)
    await user.client.post(`/chatroom/${room}/message`, { content: `message ${n}` });
  return { user, room };
}

async function walk(user: TestUser, path: string): Promise<number[]> {
  const seen: number[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const answer = await user.client.get(`${path}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    seen.push(...answer.body.data.map(({ seq }: { seq: number }) => seq));
    cursor = answer.body.next_cursor as string | null;
  }
  return seen;
}

describe('the history of a room', () => {
  it('goes back from the newest, without gaps or repeats', async () => {
    const { user, room } = await roomWith(4);
    expect(await walk(user, `/chatroom/${room}/messages?limit=3`)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('goes forward from a known message', async () => {
    const { user, room } = await roomWith(3);
    const newest = (await user.client.get(`/chatroom/${room}/messages`)).body.data;
    const second = newest.at(-2).id as string;
    expect(await walk(user, `/chatroom/${room}/messages?limit=2&after=${second}`)).toEqual([3, 4, 5, 6]);
    expect(await walk(user, `/chatroom/${room}/messages?after=${newest[0].id}`)).toEqual([]);
  });

  it('comes with the room, newest first', async () => {
    const { user, room } = await roomWith(2);
    const { body } = await user.client.get(`/chatroom/${room}?limit=2`);
    expect(body).toMatchObject({ id: room, messages: { data: [{ seq: 4 }, { seq: 3 }] } });
    expect(body.messages.next_cursor).toEqual(expect.any(String));
  });

  it('of an empty room is an empty page', async () => {
    const { user, room } = await roomWith(0);
    expect((await user.client.get(`/chatroom/${room}/messages`)).body).toEqual({
      data: [],
      next_cursor: null,
    });
  });

  it('every message continues the one before: the history is a tree from the start', async () => {
    const { user, room } = await roomWith(2);
    const [r2, m2, r1, m1] = (await user.client.get(`/chatroom/${room}/messages`)).body.data;
    expect([m1.parent_id, r1.parent_id, m2.parent_id, r2.parent_id]).toEqual([null, m1.id, r1.id, m2.id]);
    expect([r1.in_reply_to, r2.in_reply_to]).toEqual([m1.id, m2.id]);
  });

  it.each(['limit=0', 'limit=101', 'limit=ten', 'limit=1&limit=2', 'cursor=nonsense', 'after=nonsense'])(
    'a bad parameter is refused: %s',
    async (query) => {
      const { user, room } = await roomWith(0);
      const answer = await user.client.get(`/chatroom/${room}/messages?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    },
  );

  it('a cursor works only for its user and its list', async () => {
    const [a, b] = [await roomWith(2), await roomWith(2)];
    const { next_cursor: cursor } = (await a.user.client.get(`/chatroom/${a.room}/messages?limit=1`)).body;
    const theirs = await b.user.client.get(`/chatroom/${b.room}/messages?cursor=${cursor}`);
    expect([theirs.status, theirs.body.errors[0].code]).toEqual([400, 'invalid_cursor']);
  });
});

describe('promise 5: another person’s data', () => {
  it('answers byte for byte like unknown ids', async () => {
    const [mine, theirs] = [await roomWith(1), await roomWith(1)];
    const message = (await theirs.user.client.get(`/chatroom/${theirs.room}/messages`)).body.data[0]
      .id as string;
    const foreign = [
      `/chatroom/${theirs.room}`,
      `/chatroom/${theirs.room}/messages`,
      `/chatroom/${theirs.room}/messages/${message}`,
      `/chatroom/${mine.room}/messages/${message}`,
      `/chatroom/${mine.room}/messages?after=${message}`,
    ];
    for (const path of foreign) {
      const unknown = path.replace(theirs.room, randomUUID()).replace(message, randomUUID());
      const [a, b] = await Promise.all([mine.user.client.get(path), mine.user.client.get(unknown)]);
      const bare = ({ body }: typeof a) => JSON.stringify({ ...body, instance: '', request_id: '' });
      expect([a.status, bare(a)]).toEqual([404, bare(b)]);
    }
  });
});

it('the day’s quota usage is returned with its limits under both names', async () => {
  const { user } = await roomWith(2);
  for (const [path, call] of [
    ['/user/usage', {}],
    ['/chatroom/usage', { undocumented: true }],
  ] as const)
    expect((await user.client.get(path, call)).body).toEqual({
      tier: 'pro',
      daily_limit: null,
      used_today: 2,
      remaining: null,
      resets_at: expect.stringMatching(/T00:00:00.000Z$/),
    });
});
