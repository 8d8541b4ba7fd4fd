import { randomUUID } from 'node:crypto';
import { RUNNING_PER_USER } from '../../src/messages/replies/reply-policy.js';
import { FINISH } from '../../src/messages/replies/reply-state.statements.js';
import { finishWith } from '../support/claims.js';
import { finalReply, marked, script } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { loseAllJobs } from '../support/jobs.js';
import { newUser, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom, startTwin } from '../support/rooms.js';

/** Without a worker. */
let api: Product;
/** With a worker, on the same database: those of the last two tests. */
const workers: Product[] = [];
async function startAnother(): Promise<Product> {
  const started = await startTwin(api);
  workers.push(started);
  return started;
}
beforeAll(async () => {
  api = await startProduct({ WORKER: 'separate' });
});
afterAll(() => Promise.all([api, ...workers].map((one) => one.close())));

/** A Pro user with this many rooms. */
async function someoneWithRooms(on: Product, count: number): Promise<{ user: TestUser; rooms: string[] }> {
  const user = await newUser(on, { tier: 'pro' });
  const rows = await on.rows<{ id: string }>(
    `insert into chatrooms (id, user_id, name, name_source)
     select gen_random_uuid(), $1, 'One of many', 'user' from generate_series(1, $2) returning id`,
    [user.id, count],
  );
  return { user, rooms: rows.map(({ id }) => id) };
}

/** More than a process's database connections: each connection has a send that does not see the others. */
const AT_ONCE = 20;

/** Sends to all rooms, many at once; repeats a send that is refused on a busy machine, as a client would. */
async function sendToAll({ user, rooms }: { user: TestUser; rooms: string[] }, content: string) {
  const left = [...rooms];
  const sender = async () => {
    for (let room = left.pop(); room !== undefined; room = left.pop()) {
      const [path, headers] = [`/chatroom/${room}/message`, { 'idempotency-key': randomUUID() }];
      await eventually(
        () => user.client.post(path, { content }, { headers }),
        ({ status }) => status === 202,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
}

/** Numbers of a user's replies that hold a slot, wait for one, and are final. */
async function standing(on: Product, { id }: TestUser) {
  const [row] = await on.rows<{ atWork: number; waiting: number; final: number }>(
    `select count(*) filter (where completed_at is null and turn_at is not null)::int as "atWork",
            count(*) filter (where completed_at is null and turn_at is null)::int as waiting,
            count(*) filter (where completed_at is not null)::int as final
     from messages where user_id = $1 and role = 'model'`,
    [id],
  );
  return row!;
}

describe('a user’s slots', () => {
  it('are never exceeded by parallel sends and ends, and none is lost', async () => {
    const flooder = await someoneWithRooms(api, 40);
    await sendToAll(flooder, 'hello');
    expect(await standing(api, flooder.user)).toEqual({ atWork: 8, waiting: 32, final: 0 });

    const finishOneAfterTheOther = () => finishAll(api, flooder.user);
    const [ended] = await Promise.all([finishOneAfterTheOther(), sendToAll(flooder, 'hello')]);
    expect(await standing(api, flooder.user)).toEqual({ atWork: 8, waiting: 72 - ended, final: ended });
    while ((await finishAll(api, flooder.user)) > 0)
      expect((await standing(api, flooder.user)).atWork).toBeLessThanOrEqual(RUNNING_PER_USER);
    expect(await standing(api, flooder.user)).toEqual({ atWork: 0, waiting: 0, final: 80 });
  });

  it('are granted to waiting replies when a room is deleted with its reply', async () => {
    const flooder = await someoneWithRooms(api, 20);
    await sendToAll(flooder, 'hello');
    await api.rows(
      `delete from chatrooms r using messages m
       where m.chatroom_id = r.id and m.user_id = $1 and m.completed_at is null and m.turn_at is not null`,
      [flooder.user.id],
    );
    await eventually(
      () => standing(api, flooder.user),
      ({ atWork, waiting }) => atWork === RUNNING_PER_USER && waiting === 20 - 2 * RUNNING_PER_USER,
    );
  });

  it('are all taken again when jobs are lost and workers die', async () => {
    const flooder = await someoneWithRooms(api, 60);
    await sendToAll(flooder, 'hello');
    await loseAllJobs(api);
    const worker = await startAnother();
    await eventually(
      () => standing(api, flooder.user),
      ({ final }) => final >= 10,
    );
    await worker.end('SIGKILL');
    await loseAllJobs(api);
    expect((await standing(api, flooder.user)).atWork).toBeLessThanOrEqual(RUNNING_PER_USER);
    await startAnother();
    await eventually(
      () => standing(api, flooder.user),
      ({ final }) => final === 60,
    );
    const notAnswered = `select from messages where user_id = $1 and role = 'model' and status <> 'completed'`;
    expect(await api.rows(notAnswered, [flooder.user.id])).toEqual([]);
  });
});

describe('one user’s hundreds of messages', () => {
  it('delay no other user and are all answered, in order within each room', async () => {
    const on = workers.at(-1) ?? (await startAnother());
    const flooder = await someoneWithRooms(api, 100);
    const quiet = await newUser(api);
    const quietRoom = (await newRoom(quiet)).id;
    const text = marked();
    await script(on, { match: text, times: 10_000, chunks: ['one ', 'two'], chunk_delay_ms: 100 });

    // The worker stands still until all are sent, which takes a slow machine longer than answering them.
    on.process.kill('SIGSTOP');
    await sendToAll(flooder, text);
    await sendToAll(flooder, text);
    on.process.kill('SIGCONT');
    const sent = await quiet.client.post(`/chatroom/${quietRoom}/message`, { content: text });
    expect((await finalReply(quiet, sent)).status).toBe('completed');
    expect((await standing(on, flooder.user)).waiting).toBeGreaterThan(100);

    let most = 0;
    await eventually(
      async () => {
        const now = await standing(on, flooder.user);
        most = Math.max(most, now.atWork);
        return now;
      },
      ({ final }) => final === 200,
    );
    expect(most).toBe(RUNNING_PER_USER);
    const inDisorder = await on.rows(
      `select from messages later join messages earlier using (chatroom_id)
       where later.user_id = $1 and later.role = 'model' and earlier.role = 'model' and earlier.seq < later.seq
         and (earlier.status <> 'completed' or later.status <> 'completed' or later.turn_at < earlier.completed_at)`,
      [flooder.user.id],
    );
    expect(inDisorder).toEqual([]);
  });
});

/** Ends all replies that hold a slot, as workers would; returns their number. */
async function finishAll(on: Product, { id }: TestUser): Promise<number> {
  const claimed = await on.rows<{ id: string; attempt: number }>(
    `update messages set attempt = attempt + 1, status = 'streaming'
     where user_id = $1 and completed_at is null and turn_at is not null returning id, attempt`,
    [id],
  );
  const ends = claimed.map((reply) => on.run(FINISH, finishWith(reply)));
  await Promise.all(ends);
  return claimed.length;
}
