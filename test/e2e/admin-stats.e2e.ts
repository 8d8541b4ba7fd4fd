import { eventually } from '../support/eventually.js';
import { act, newAdmin } from '../support/operators.js';
import { newUser, signIn, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom, startTwin } from '../support/rooms.js';

const PRICES = { LLM_PRICES: 'gemini-flash-latest|1000|2000' };

let product: Product;
let admin: TestUser;
beforeAll(async () => {
  product = await startProduct(PRICES);
  admin = await newAdmin(product);
});
afterAll(() => product.close());

const script = (match: string, how: object) =>
  product.client.post('/sandbox/llm/script', { scripts: [{ match, ...how }] });

const stats = async (query = '') => {
  const { status, body, text } = await product.client.as(admin.token).get(`/admin/api/stats${query}`);
  if (status !== 200) throw new Error(text);
  return body;
};

/** A user whose five messages of the day are answered, the last one with a failure; the sixth is refused. */
async function usedUpDay(): Promise<string> {
  const { user, client } = await signIn(product);
  const { id } = (await client.post('/chatroom', {})).body;
  await script('please fail', { outcome: 'http_error', reason: 'bad_key' });
  for (const content of ['one', 'two', 'three', 'four', 'please fail', 'six', 'seven']) {
    const { status, body } = await client.post(`/chatroom/${id}/message`, { content });
    if (status !== 429)
      await eventually(async () => {
        const reply = await client.get(`/chatroom/${id}/messages/${body.reply.id}`);
        return reply.body.completed_at !== null;
      });
  }
  return user.id;
}

it('the numbers of a day are kept: across a restart, and when their account is deleted', async () => {
  const userId = await usedUpDay();
  await act(admin, `/users/${userId}/grants`, { until: '2099-01-01T00:00:00Z' });
  await admin.client.delete(`/admin/api/users/${userId}`);
  // What has been counted is written at the end of the process.
  await product.end('SIGTERM');
  product = await startProduct({ ...PRICES, DATABASE_URL: product.databaseUrl });
  const { data, total, ...rest } = await stats('?days=2');
  expect(data).toHaveLength(2);
  const { day, ...today } = data[1];
  expect(today).toEqual(total);
  expect(total).toMatchObject({
    messages: 6,
    replies: { completed: 5, failed: 1 },
    failures: { model_rejected: 1 },
    refusals: { daily_limit_reached: 1 },
    first_text: { count: 5 },
    sign_ups: 1,
    pro_gained: 1,
    pro_lost: 1,
  });
  expect(total.first_text.p50_ms).toBeLessThanOrEqual(total.first_text.p95_ms);
  const [model] = total.models;
  expect(model).toMatchObject({ provider: 'gemini', model: 'gemini-flash-latest' });
  const answered = model.output_tokens + model.thought_tokens;
  expect(model.cost).toBeCloseTo((model.prompt_tokens * 1000 + answered * 2000) / 1e6, 3);
  expect(rest).toMatchObject({ counted_since: day, conversion: 1, churn: null, pro_users: 0 });
});

it('processes add to the same rows, and the numbers arrive while they run', async () => {
  const before = await stats();
  const twin = await startTwin(product);
  try {
    const user = await newUser(product);
    const room = (await newRoom(user)).id;
    for (const on of [product, twin])
      await on.client.as(user.token).post(`/chatroom/${room}/message`, { content: 'hello' });
    await eventually(
      () => stats(),
      ({ total }) => total.messages === before.total.messages + 2,
    );
  } finally {
    await twin.close();
  }
});

it('each day has its own numbers, and those before the asked days are left out', async () => {
  await product.rows('update daily_numbers set day = day - 1');
  const { data } = await stats('?days=2');
  expect([data[0].messages > 0, data[1].messages]).toEqual([true, 0]);
  expect((await stats('?days=1')).total.messages).toBe(0);
  expect((await stats()).data).toHaveLength(30);
});

it.each(['0', '367', 'many', '1.5', ''])('%s days are refused', async (days) => {
  const { status, body } = await product.client.as(admin.token).get(`/admin/api/stats?days=${days}`);
  expect([status, body.code]).toEqual([400, 'validation_failed']);
});
