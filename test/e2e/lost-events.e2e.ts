import { StreamReader } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { newUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';

let on: Product;
beforeAll(async () => {
  // Without a worker: the test commits the changes of a process that was killed before it could send the event.
  on = await sharedProduct({ WORKER: 'separate' });
});
afterAll(() => on.close());

describe('an event that was lost after its commit', () => {
  it('a session that ended is refused within two seconds all the same', async () => {
    const user = await newUser(on);
    expect((await user.client.get('/chatroom')).status).toBe(200);
    await on.rows('update sessions set ended_at = now() where user_id = $1', [user.id]);
    await eventually(
      () => user.client.get('/chatroom'),
      ({ status }) => status === 401,
      2_000,
    );
  });

  /** Commits the end of a user's only reply as a worker that was killed before it could send the event. */
  async function finish(userId: string): Promise<void> {
    const live =
      'select id from messages where user_id = $1 and completed_at is null and turn_at is not null';
    await eventually(
      () => on.rows(live, [userId]),
      (rows) => rows.length === 1,
    );
    await on.rows(
      `update messages set status = 'completed', content = 'text', completed_at = now() where user_id = $1 and completed_at is null`,
      [userId],
    );
  }

  it('a final reply is found by the request that waits for it, long before its wait is over', async () => {
    const user = await newUser(on);
    const room = (await newRoom(user)).id;
    const begunAt = performance.now();
    const waiting = user.client.post(
      `/chatroom/${room}/message`,
      { content: 'hello' },
      { headers: { prefer: 'wait=20' } },
    );
    await finish(user.id);
    const { status, body } = await waiting;
    expect([status, body.reply.status]).toEqual([201, 'completed']);
    expect(performance.now() - begunAt).toBeLessThan(10_000);
  });

  it('a final reply is found by its streams', async () => {
    const user = await newUser(on);
    const room = (await newRoom(user)).id;
    const { reply } = (await user.client.post(`/chatroom/${room}/message`, { content: 'hello' })).body;
    const reader = new StreamReader(user.token);
    const closed = reader.read(`${on.url}/chatroom/${room}/messages/${reply.id}/stream`);
    await eventually(() => reader.events.length > 0);
    await finish(user.id);
    await eventually(() => reader.done);
    await closed;
  });
});
