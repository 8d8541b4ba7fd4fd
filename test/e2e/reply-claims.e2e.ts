import type { MessageBody } from '../support/branches.js';
import {
  CLAIM,
  FAIL,
  FINISH,
  FLUSH,
  DEFER,
  RELEASE,
  RETRY_LATER,
} from '../../src/messages/replies/reply-state.statements.js';
import { RUNNING_PER_USER } from '../../src/messages/replies/reply-policy.js';
import { setTimeout as pause } from 'node:timers/promises';
import { ReplyLifecycle } from '../../src/messages/replies/reply-lifecycle.service.js';
import type { ReplyQueue } from '../../src/messages/replies/reply-queue.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import type { ChatroomListCache } from '../../src/chatroom/list-cache/chatroom-list-cache.js';
import type { Bus } from '../../src/platform/bus/bus.js';
import type { Nudges } from '../../src/platform/bus/nudges.js';
import type { Outbox } from '../../src/platform/outbox/outbox.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { expectQuotaExact, usedToday } from '../support/conversations.js';
import { finishWith } from '../support/claims.js';
import { statementsWaiting, whileHeld, whileRoomIsHeld } from '../support/locks.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';

const LEASE_MS = 60_000;

let on: Product;
beforeAll(async () => {
  // Only the test works on replies here.
  on = await sharedProduct({ WORKER: 'separate' });
});
afterAll(() => on.close());

let user: TestUser;
let room: string;
beforeEach(async () => {
  user = await newUser(on, { tier: 'pro' });
  room = (await newRoom(user)).id;
});

const send = async (): Promise<string> =>
  (await user.client.post(`/chatroom/${room}/message`, { content: 'hello' })).body.reply.id;
const claim = async (id: string, generation = 1) =>
  (await on.run(CLAIM, { id, generation, now: new Date(), leaseMs: LEASE_MS }))[0]?.attempt;
const loseLease = (id: string) => on.rows('update messages set lease_until = now() where id = $1', [id]);
const fail = (id: string, attempt: number | null) =>
  on.run(FAIL, { id, attempt, errorCode: 'internal', provider: null, now: new Date(), refused: false });
const finish = (id: string, attempt: number) => on.run(FINISH, finishWith({ id, attempt }));

describe('a reply belongs to one worker at a time', () => {
  it('no second worker claims it while the lease runs, and no job of another generation ever does', async () => {
    const id = await send();
    expect(await claim(id, 2)).toBeUndefined();
    expect(await claim(id)).toBe(1);
    expect(await claim(id)).toBeUndefined();
    await loseLease(id);
    expect(await claim(id)).toBe(2);
  });

  const WRITES: [string, (id: string) => Promise<unknown[]>][] = [
    ['show text', (id) => on.run(FLUSH, { id, attempt: 1, content: 'zombie', leaseMs: LEASE_MS })],
    ['put it off', (id) => on.run(RETRY_LATER, { id, attempt: 1, nextAttemptAt: new Date() })],
    ['put it off without a try', (id) => on.run(DEFER, { id, attempt: 1, nextAttemptAt: new Date() })],
    ['hand it back', (id) => on.run(RELEASE, { id, attempt: 1 })],
    ['end it', (id) => finish(id, 1)],
    ['have it fail', (id) => fail(id, 1)],
  ];
  async function expectNothingWritten(id: string, write: (id: string) => Promise<unknown[]>) {
    const state = () => on.rows('select * from messages where id = $1', [id]);
    const before = await state();
    expect(await write(id)).toEqual([]);
    expect(await state()).toEqual(before);
    expect(await usedToday(user)).toBe(1);
  }

  it.each(WRITES)('the previous worker cannot %s', async (_, write) => {
    const id = await send();
    await claim(id);
    await loseLease(id);
    await claim(id);
    await expectNothingWritten(id, write);
  });

  it.each(WRITES)('a worker past the deadline cannot %s after a retry', async (_, write) => {
    const id = await send();
    await claim(id);
    // As the sweeper does, regardless of the worker.
    await fail(id, null);
    expect((await user.client.post(`/chatroom/${room}/messages/${id}/retry`)).status).toBe(202);
    await expectNothingWritten(id, write);
  });

  it('a reply handed back by a stopping worker does not count as a crash', async () => {
    const id = await send();
    for (let stops = 1; stops <= 3; stops++) await on.run(RELEASE, { id, attempt: (await claim(id))! });
    const [claimed] = await on.run(CLAIM, { id, generation: 1, now: new Date(), leaseMs: LEASE_MS });
    // Attempts without deferrals are tries and crashes (reply-generator.service.ts): this one.
    expect(claimed).toMatchObject({ attempt: 4, deferrals: 3 });
  });

  it('a reply without a slot cannot be claimed, regardless of jobs', async () => {
    const [first, second] = [await send(), await send()];
    expect(await claim(second)).toBeUndefined();
    await claim(first);
    expect(await claim(second)).toBeUndefined();
    const [ended] = await finish(first, 1);
    expect(ended).toMatchObject({ nextId: second, nextGeneration: 1 });
    expect(await claim(second)).toBe(1);
  });

  it('a reply behind another of its room cannot be claimed, even with a slot', async () => {
    const [first, second] = [await send(), await send()];
    await on.rows('update messages set turn_at = now() where id = $1', [second]);
    expect(await claim(second)).toBeUndefined();
    expect(await claim(first)).toBe(1);
  });

  it('a reply past its user’s slots cannot be claimed until one ends', async () => {
    const ids: string[] = [];
    for (let n = 0; n <= RUNNING_PER_USER; n++) {
      room = (await newRoom(user)).id;
      ids.push(await send());
    }
    const [first, last] = [ids[0]!, ids.at(-1)!];
    expect(await claim(last)).toBeUndefined();
    await claim(first);
    expect(await finish(first, 1)).toMatchObject([{ nextId: last, nextGeneration: 1 }]);
    expect(await claim(last)).toBe(1);
  });
});

it('a room with several live replies is deleted with them', async () => {
  const ids = [await send(), await send(), await send()];
  expect((await user.client.delete(`/chatroom/${room}`)).status).toBe(204);
  expect(await on.rows('select from messages where id = any($1)', [ids])).toEqual([]);
  expect(await on.rows('select granted from user_slots where user_id = $1', [user.id])).toEqual([
    { granted: 0 },
  ]);
});

describe('a job that could not claim its reply runs again', () => {
  /** Milliseconds, as a worker gets them. */
  const dueInMs = (id: string) => {
    const one = async (statement: Statement<object>, parameters: object) =>
      (await on.run(statement, parameters))[0] ?? null;
    const database: Pick<Database, 'one'> = { one: one as Database['one'] };
    const lifecycle = new ReplyLifecycle(
      database as Database,
      {} as ReplyQueue,
      new SystemClock(),
      {} as Bus,
      {} as Outbox,
      {} as Nudges,
      {} as ChatroomListCache,
    );
    return lifecycle.dueInMs({ id, generation: 1 });
  };

  it('when the lease of its worker ends: that worker may be dead', async () => {
    const id = await send();
    await claim(id);
    expect(await dueInMs(id)).toBeGreaterThan(LEASE_MS - 5000);
    // Not earlier, because the lease would still run.
    await on.rows(`update messages set lease_until = clock_timestamp() + interval '300 ms' where id = $1`, [
      id,
    ]);
    await pause((await dueInMs(id))!);
    expect(await claim(id)).toBe(2);
  });

  it('at the reply’s next attempt', async () => {
    const id = await send();
    await claim(id);
    await on.run(RETRY_LATER, { id, attempt: 1, nextAttemptAt: new Date(Date.now() + 20_000) });
    const dueMs = (await dueInMs(id))!;
    expect(dueMs).toBeGreaterThan(15_000);
    expect(dueMs).toBeLessThanOrEqual(20_000);
  });

  it('not without a slot, and not after the reply’s end', async () => {
    const [first, second] = [await send(), await send()];
    expect(await dueInMs(second)).toBeNull();
    await claim(first);
    await finish(first, 1);
    expect(await dueInMs(first)).toBeNull();
  });

  it('not when an expired lease is not the obstacle', async () => {
    const [first, second] = [await send(), await send()];
    await on.rows(`update messages set lease_until = now() where id = $1`, [second]);
    expect(await claim(second)).toBeUndefined();
    expect(await dueInMs(second)).toBeNull();
    expect(await claim(first)).toBe(1);
  });
});

describe('a reply ends once', () => {
  it('with one refund, also when it fails twice in parallel while text is written', async () => {
    const id = await send();
    await claim(id);
    await whileHeld(on, 'select from messages where id = $1', [id], async (release) => {
      // As the sweeper and the worker would do.
      const failing = Promise.all([fail(id, null), fail(id, 1)]);
      await statementsWaiting(on, 2);
      await release();
      expect((await failing).flat()).toHaveLength(1);
    });
    expect(await finish(id, 1)).toEqual([]);
    expect(await usedToday(user)).toBe(0);
    await expectQuotaExact(on, user);
  });
});

describe('the unit of a reply that failed', () => {
  /** As if the message had been sent yesterday. */
  const datedBack = async (id: string) => {
    await on.rows('update messages set charged_on = charged_on - 1 where id = $1', [id]);
    await on.rows(
      'update daily_usage d set day = day - 1 from users u where u.quota_key = d.quota_key and u.id = $1',
      [user.id],
    );
  };
  const usage = async () =>
    (
      await on.rows<{ used: number }>(
        'select used from daily_usage d join users u on u.quota_key = d.quota_key where u.id = $1 order by day',
        [user.id],
      )
    ).map(({ used }) => used);

  it('is refunded to its own day', async () => {
    const yesterday = await send();
    await datedBack(yesterday);
    await send();
    await fail(yesterday, null);
    expect(await usage()).toEqual([0, 1]);
    await expectQuotaExact(on, user);
  });

  it('that was not refunded makes the retry free', async () => {
    const id = await send();
    // As after ten that failed.
    await on.rows(
      'update daily_usage d set refunded = 10 from users u where u.quota_key = d.quota_key and u.id = $1',
      [user.id],
    );
    await fail(id, null);
    expect(await usage()).toEqual([1]);
    expect((await user.client.post(`/chatroom/${room}/messages/${id}/retry`)).status).toBe(202);
    expect(await usage()).toEqual([1]);
    await expectQuotaExact(on, user);
  });
});

describe('the conversation continues from the newest answer that has not failed, and from no other', () => {
  const order = (what: 'retry' | 'regenerate', id: string) =>
    user.client.post(`/chatroom/${room}/messages/${id}/${what}`);
  const active = async () =>
    ((await user.client.get(`/chatroom/${room}/messages`)).body.data as MessageBody[])
      .filter((message) => message.role === 'model' && message.active)
      .map(({ id }) => id);
  async function failed(): Promise<string> {
    const id = await send();
    await claim(id);
    await fail(id, 1);
    return id;
  }
  async function running(other: string): Promise<string> {
    const { body } = await order('regenerate', other);
    await claim(body.reply.id);
    return body.reply.id;
  }

  it('when another fails just after it was tried again', async () => {
    const first = await failed();
    const second = await running(first);
    await whileRoomIsHeld(on, room, async (release) => {
      const retrying = order('retry', first);
      await statementsWaiting(on, 1);
      const failing = fail(second, 1);
      await Promise.race([failing, statementsWaiting(on, 2)]);
      await release();
      await Promise.all([retrying, failing]);
    });
    expect(await active()).toEqual([first]);
  });

  it('when another fails just before it is tried again', async () => {
    const first = await failed();
    const second = await running(first);
    await whileHeld(on, 'select from messages where id = $1', [second], async (release) => {
      const failing = fail(second, 1);
      await statementsWaiting(on, 1);
      const retrying = order('retry', first);
      await Promise.race([retrying, statementsWaiting(on, 2)]);
      await release();
      await Promise.all([retrying, failing]);
    });
    expect(await active()).toEqual([first]);
  });

  it('when it is requested during a retry of the first', async () => {
    const first = await failed();
    await whileRoomIsHeld(on, room, async (release) => {
      const ordering = [order('retry', first)];
      await statementsWaiting(on, 1);
      ordering.push(order('regenerate', first));
      await statementsWaiting(on, 2);
      await release();
      await Promise.all(ordering);
    });
    expect(await active()).toHaveLength(1);
  });
});

it('every message continues from the reply before it, also when they are accepted at once', async () => {
  await whileRoomIsHeld(on, room, async (release) => {
    const sending = Promise.all([send(), send(), send()]);
    await statementsWaiting(on, 3);
    await release();
    await sending;
  });
  const rows = await on.rows<{ id: string; parent_id: string | null }>(
    'select id, parent_id from messages where chatroom_id = $1 order by seq',
    [room],
  );
  expect(rows.map(({ parent_id }) => parent_id)).toEqual([null, ...rows.slice(0, -1).map(({ id }) => id)]);
});
