import { askCode, newMobile, newUser, signIn, type TestUser } from '../support/people.js';
import type { Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';
import { ask } from '../support/conversations.js';
import { StripeScenario } from '../support/stripe-scenario.js';

type Exported = Record<string, Record<string, unknown>[]>;

/** Tables whose rows belong to a user but contain nothing about them, with the reason. */
const LEFT_OUT: Record<string, string> = {
  account_endings: 'the account is gone',
  room_slots: 'counters of live replies, which the export shows themselves',
  user_slots: 'counters of live replies, which the export shows themselves',
  search_tail: 'ids of messages, which the export shows themselves',
  search_blocks: 'bits about the texts of messages, which the export shows themselves',
  search_due: 'whose search_tail may be long',
  room_counts: 'how many rooms there are in the export',
  audit_log: 'what operators did outlives the account; who read a room stands in operator_access',
};
/** Where a section is not called as its table is. */
const SECTIONS: Record<string, string> = {
  billing_accounts: 'billing_account',
  challenges: 'codes',
  external_identities: 'identities',
};
/** Columns without data of the user: keys, locks, internal counters. */
const SILENT =
  /hash|quota_key|fingerprint|generation|sandbox_proven|locked_|reading|\.user_id$|^challenges\.(id|wrong_guesses)$|^checkout_sessions\.id$/;

let stripe: StripeScenario;
beforeAll(async () => {
  stripe = await StripeScenario.start();
});
afterAll(() => stripe.stop());

const exportOf = async (user: Pick<TestUser, 'client'>): Promise<Exported> => {
  const { status, body } = await user.client.get('/user/me/export');
  expect(status).toBe(200);
  return body as Exported;
};
/** Every table with rows that belong to a user. */
const tablesOf = async (on: Product) =>
  (
    await on.rows<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'user_id' order by 1`,
    )
  )
    .map(({ name }) => name)
    .filter((name) => !(name in LEFT_OUT));
const values = (row: object) => Object.values(JSON.parse(JSON.stringify(row)) as object).map(String);

/** A person with rows in most tables. */
async function somebodyWithEverything(): Promise<TestUser> {
  const { user } = await stripe.subscriber();
  for (const name of ['Physics', 'Travel']) {
    const { id } = await newRoom(user, { name, system_prompt: `about ${name}` });
    await ask(user, id, `tell me of ${name}`);
  }
  await user.client.post('/chatroom', { name: 'once' }, { headers: { 'idempotency-key': 'room-1' } });
  await user.client.post('/auth/step-up');
  await stripe.product.rows('insert into list_cache_bypass (user_id) values ($1)', [user.id]);
  return user;
}

describe('the export', () => {
  it('equals the database’s rows about the person, value for value', async () => {
    const user = await somebodyWithEverything();
    const tables = await tablesOf(stripe.product);
    expect(tables.length).toBeGreaterThanOrEqual(8);
    const exported = await exportOf(user);
    for (const table of tables) {
      const rows = await stripe.product.rows(`select * from ${table} where user_id = $1`, [user.id]);
      const section = exported[SECTIONS[table] ?? table];
      expect([table, section?.length]).toEqual([table, rows.length]);
    }
  });

  it('shows each message and room as the API shows it', async () => {
    const user = await somebodyWithEverything();
    const exported = await exportOf(user);
    for (const room of exported['chatrooms']!) {
      const { messages, ...shown } = (await user.client.get(`/chatroom/${String(room['id'])}`)).body;
      expect(room).toEqual(shown);
      const here = exported['messages']!.filter((message) => message['chatroom_id'] === room['id']);
      expect(here).toEqual(messages.data.toReversed());
    }
  });

  it('shows every value of every other row except internal keys and locks', async () => {
    const user = await somebodyWithEverything();
    const exported = await exportOf(user);
    for (const table of await tablesOf(stripe.product)) {
      if (['chatrooms', 'messages'].includes(table)) continue;
      const rows = await stripe.product.rows(`select * from ${table} where user_id = $1`, [user.id]);
      const shown = exported[SECTIONS[table] ?? table]!.flatMap(values);
      const kept = rows.flatMap((row) => Object.entries(JSON.parse(JSON.stringify(row)) as object));
      for (const [column, value] of kept) {
        if (value === null || typeof value === 'object' || SILENT.test(`${table}.${column}`)) continue;
        expect([table, column, shown]).toEqual([table, column, expect.arrayContaining([String(value)])]);
      }
    }
  });

  it('holds no data of other people', async () => {
    const [user, other] = [await somebodyWithEverything(), await somebodyWithEverything()];
    const text = JSON.stringify(await exportOf(user));
    expect(text).toContain(user.mobileNumber);
    const [{ customer_id: customer } = {}] = await stripe.product.rows<{ customer_id: string }>(
      'select customer_id from billing_accounts where user_id = $1',
      [other.id],
    );
    for (const theirs of [other.id, other.mobileNumber, other.sessionId, customer!])
      expect(text).not.toContain(theirs);
  });

  it('is whole and in order, however long the history is', async () => {
    const user = await newUser(stripe.product);
    const rooms = [(await newRoom(user)).id, (await newRoom(user)).id];
    for (const room of rooms)
      await stripe.product.rows(
        `insert into messages (id, chatroom_id, user_id, seq, role, content, status, completed_at)
         select gen_random_uuid(), $1, $2, n, 'user', repeat('x', 500) || n, 'completed', now()
         from generate_series(1, 1501) as n`,
        [room, user.id],
      );
    const { messages } = await exportOf(user);
    expect(messages).toHaveLength(3002);
    for (const room of rooms)
      expect(messages!.filter((one) => one['chatroom_id'] === room).map(({ seq }) => seq)).toEqual(
        Array.from({ length: 1501 }, (_, at) => at + 1),
      );
  });

  it('has no code, password or hash, and no profile that another person gave at signup', async () => {
    const mobile = newMobile();
    const code = await askCode(stripe.product, mobile, {
      path: '/auth/signup',
      body: { password: 'correct horse battery', name: 'Asha' },
    });
    const person = await signIn(stripe.product, mobile);
    const text = JSON.stringify(await exportOf(person));
    for (const secret of ['Asha', code.otp, code.challenge_id, 'argon2', 'correct horse'])
      expect(text).not.toContain(secret);
  });

  it('has no challenge that another person started for its number', async () => {
    const [before, other] = [await signIn(stripe.product), await newUser(stripe.product)];
    await before.client.post('/auth/step-up');
    const { otp, challenge_id } = (
      await before.client.post('/user/me/mobile-number', { mobile_number: newMobile() })
    ).body;
    await before.client.post('/user/me/mobile-number/confirm', { otp, challenge_id });
    await other.client.post('/user/me/mobile-number', { mobile_number: before.mobileNumber });
    const { codes } = await exportOf(await signIn(stripe.product, before.mobileNumber));
    expect(codes!.map(({ purpose }) => purpose)).toEqual(['login']);
  });

  it('is a download that no cache stores', async () => {
    const user = await newUser(stripe.product);
    const { headers } = await user.client.get('/user/me/export');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="export-\d{4}-\d\d-\d\d\.json"$/,
    );
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

it('requires a fresh session and does not start without one', async () => {
  const user = await newUser(stripe.product);
  await stripe.product.rows(
    `update sessions set authenticated_at = now() - interval '11 minutes' where user_id = $1`,
    [user.id],
  );
  const { status, body } = await user.client.get('/user/me/export');
  expect([status, body.code]).toEqual([403, 'step_up_required']);
});
