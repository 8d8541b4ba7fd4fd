import { randomUUID } from 'node:crypto';
import { send } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { everythingQueued } from '../support/everything-kept.js';
import { statementsWaiting, whileHeld, whileRoomIsHeld } from '../support/locks.js';
import { askCode, deleteAccount, newUser, signIn, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { at, someoneWithRoom, startTwin } from '../support/rooms.js';

let product: Product;
let twin: Product;
beforeAll(async () => {
  product = await sharedProduct();
  twin = await startTwin(product);
});
afterAll(() => Promise.all([twin.close(), product.close()]));

const rowsOf = async (table: string, userId: string) =>
  product.rows(`select * from ${table} where ${table === 'users' ? 'id' : 'user_id'} = $1`, [userId]);

/** Inserts a failed reply into the room. */
async function failed(user: TestUser, room: string): Promise<{ reply: string }> {
  const [question, reply] = [randomUUID(), randomUUID()];
  await product.rows(
    `insert into messages (id, chatroom_id, user_id, seq, in_reply_to, role, content, status, finish_reason, active, completed_at)
     values ($1, $2, $3, 1, null, 'user', 'x', 'completed', null, true, now()),
            ($4, $2, $3, 2, $1, 'model', '', 'failed', 'error', false, now())`,
    [question, room, user.id, reply],
  );
  await product.rows('update chatrooms set message_count = 2 where id = $1', [room]);
  return { reply };
}

describe('deleting an account', () => {
  it('twenty times in parallel deletes once, and other accounts stay', async () => {
    const [person, bystander] = [await someoneWithRoom(product), await someoneWithRoom(product)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        deleteAccount({ client: at(n % 2 ? twin : product, person.user) }),
      ),
    );
    expect(answers.map(({ status }) => status).every((status) => [204, 401, 403].includes(status))).toBe(
      true,
    );
    expect(answers.some(({ status }) => status === 204)).toBe(true);
    expect(await rowsOf('users', person.user.id)).toEqual([]);
    expect(await product.rows('select 1 from account_endings where user_id = $1', [person.user.id])).toEqual(
      [],
    );
    expect((await bystander.user.client.get('/chatroom')).body.data).toHaveLength(1);
  });

  it('while messages, rooms and sign-ins arrive leaves none of them', async () => {
    const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
    const over = new AbortController();
    const pour = async (what: () => Promise<{ status: number }>) => {
      const seen: number[] = [];
      while (!over.signal.aborted) seen.push((await what()).status);
      return seen;
    };
    const poured = Promise.all([
      ...Array.from({ length: 4 }, () => pour(() => send(user, room, 'hello', randomUUID()))),
      ...Array.from({ length: 2 }, () =>
        pour(() => at(twin, user).post('/chatroom', {}, { headers: { 'idempotency-key': randomUUID() } })),
      ),
    ]);
    await eventually(async () => (await rowsOf('messages', user.id)).length > 20);
    expect((await deleteAccount(user)).status).toBe(204);
    await eventually(async () => (await send(user, room, 'x')).status === 401);
    over.abort();
    const statuses = new Set((await poured).flat());
    expect([...statuses].filter((status) => ![201, 202, 401, 404].includes(status))).toEqual([]);
    for (const table of ['users', 'sessions', 'chatrooms', 'messages', 'idempotency_keys'])
      expect([table, await rowsOf(table, user.id)]).toEqual([table, []]);
  });

  it('during a sign-in leaves a new account or none, never half of the old one', async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await signIn(product);
      const right = await askCode(twin, person.mobileNumber);
      const [, entered] = await Promise.all([
        deleteAccount(person),
        twin.client.post('/auth/verify-otp', right),
      ]);
      expect([200, 401]).toContain(entered.status);
      const orphans = await product.rows(
        'select s.id from sessions s left join users u on u.id = s.user_id where u.id is null',
      );
      expect(orphans).toEqual([]);
      if (entered.status === 200 && entered.body.new_user)
        expect((await twin.client.as(entered.body.access_token).get('/user/me')).status).toBe(200);
    }
  });

  it('does not deadlock with a retry of a reply', async () => {
    const { user, room } = await someoneWithRoom(product);
    const { reply } = await failed(user, room);
    const [tried, deleted] = await whileRoomIsHeld(product, room, async (release) => {
      const trying = user.client.post(`/chatroom/${room}/messages/${reply}/retry`);
      await statementsWaiting(product, 1);
      const deleting = deleteAccount(user);
      await statementsWaiting(product, 2);
      await release();
      return Promise.all([trying, deleting]);
    });
    // 401: the account was deleted before its day could be charged.
    expect([202, 401, 404]).toContain(tried.status);
    expect(deleted.status).toBe(204);
  });

  it('does not deadlock with a step-up of its owner', async () => {
    const person = await signIn(product);
    const { challenge_id: other } = await askCode(product, person.mobileNumber);
    const { body } = await person.client.post('/auth/step-up');
    const held = 'select from challenges where id = $1';
    const [proven, deleted] = await whileHeld(product, held, [Buffer.from(other, 'hex')], async (release) => {
      const deleting = deleteAccount(person);
      await statementsWaiting(product, 1);
      const { otp, challenge_id } = body;
      const proving = person.client.post('/auth/step-up', { otp, challenge_id });
      await statementsWaiting(product, 2);
      await release();
      return Promise.all([proving, deleting]);
    });
    expect(proven.status).toBe(401);
    expect(deleted.status).toBe(204);
  });

  it('also deletes a code that is still being sent', async () => {
    const user = await newUser(product);
    await product.rows(
      `insert into external_identities (issuer, subject, user_id, created_at) values ('x', 'x', $1, now())`,
      [user.id],
    );
    // Held there, the deletion has the account for itself already.
    const held = 'select from external_identities where user_id = $1';
    const [sent, deleted] = await whileHeld(product, held, [user.id], async (release) => {
      const deleting = deleteAccount(user);
      await statementsWaiting(product, 1);
      const sending = user.client.post('/auth/step-up');
      await statementsWaiting(product, 2);
      await release();
      return Promise.all([sending, deleting]);
    });
    expect([sent.status, sent.body.code, deleted.status]).toEqual([401, 'session_ended', 204]);
  });

  it('ends a concurrent keyed stop of a final reply with session_ended', async () => {
    const { user, room } = await someoneWithRoom(product);
    const { reply } = await failed(user, room);
    await product.rows(
      `insert into external_identities (issuer, subject, user_id, created_at) values ('x', 'y', $1, now())`,
      [user.id],
    );
    const held = 'select from external_identities where user_id = $1';
    const [stopped, deleted] = await whileHeld(product, held, [user.id], async (release) => {
      const deleting = deleteAccount(user);
      await statementsWaiting(product, 1);
      const headers = { 'idempotency-key': randomUUID() };
      const stopping = user.client.post(`/chatroom/${room}/messages/${reply}/stop`, {}, { headers });
      await statementsWaiting(product, 2);
      await release();
      return Promise.all([stopping, deleting]);
    });
    expect([stopped.status, stopped.body.code, deleted.status]).toEqual([401, 'session_ended', 204]);
  });

  it('requires a fresh session and changes nothing without one', async () => {
    const user = await newUser(product);
    await product.rows(
      `update sessions set authenticated_at = now() - interval '11 minutes' where user_id = $1`,
      [user.id],
    );
    const { status, body } = await deleteAccount(user);
    expect([status, body.code]).toEqual([403, 'step_up_required']);
    expect(await rowsOf('users', user.id)).toHaveLength(1);
  });

  it('is finished by another process when the first one died after its commit', async () => {
    const { user } = await someoneWithRoom(product);
    await user.client.get('/chatroom');
    await product.rows(
      `with gone as (delete from users where id = $1)
       insert into account_endings (user_id, ended_at) values ($1, now() - interval '1 minute')`,
      [user.id],
    );
    await eventually(
      async () =>
        (await product.rows('select 1 from account_endings where user_id = $1', [user.id])).length === 0,
    );
    expect(await everythingQueued(product)).not.toContain(`{rooms:${user.id}}`);
  });

  it('deletes a long history', async () => {
    const { user, room } = await someoneWithRoom(product);
    await product.rows(
      `insert into messages (id, chatroom_id, user_id, seq, role, content, status, completed_at)
       select gen_random_uuid(), $1, $2, n, 'user', 'x', 'completed', now() from generate_series(1, 60000) as n`,
      [room, user.id],
    );
    await product.rows('update chatrooms set message_count = 60000 where id = $1', [room]);
    // On a busy machine a statement may run into its timeout: 503, and the client asks again.
    const { status } = await eventually(
      () => deleteAccount(user),
      (answer) => answer.status !== 503,
    );
    expect(status).toBe(204);
    expect(await product.rows('select 1 from messages where chatroom_id = $1 limit 1', [room])).toEqual([]);
  });
});
