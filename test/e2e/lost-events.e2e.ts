import { eventually } from '../support/eventually.js';
import { newUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';

let on: Product;
beforeAll(async () => {
  // No worker: the test commits what a process did that was killed before it could send the event.
  on = await startProduct({ WORKER: 'separate' });
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

  it('a final reply is found by the request that waits for it', async () => {
    const user = await newUser(on);
    const room = (await newRoom(user)).id;
    const waiting = user.client.post(
      `/chatroom/${room}/message`,
      { content: 'hello' },
      { headers: { prefer: 'wait=20' } },
    );
    const live = () =>
      on.rows(`select id from messages where user_id = $1 and completed_at is null and turn_at is not null`, [
        user.id,
      ]);
    await eventually(live, (rows) => rows.length === 1);
    await on.rows(
      `update messages set status = 'completed', content = 'text', completed_at = now() where user_id = $1 and completed_at is null`,
      [user.id],
    );
    const { status, body } = await waiting;
    expect([status, body.reply.status]).toEqual([201, 'completed']);
  });
});
