import { ask } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { act } from '../support/operators.js';
import { newUser, signToken, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';

const DAY_SECONDS = 86_400;
/** Five and a half hours ahead of UTC: its midnight is no midnight of UTC. */
const ZONE = 'Asia/Kolkata';
const ZONE_SECONDS = 5.5 * 3600;

let product: Product;
beforeAll(async () => {
  product = await startProduct({ QUOTA_TIME_ZONE: ZONE, BILLING: 'off', BASIC_DAILY_LIMIT: '1' });
});
afterAll(() => product.close());

/** Seconds by which the product's clock is ahead of the machine's. */
let ahead = 0;
async function pass(seconds: number): Promise<void> {
  await product.advanceClock(seconds);
  ahead += seconds;
}

/** A user whose token and fresh session outlive the days that a test passes. */
async function lasting(role: 'user' | 'admin' = 'user'): Promise<TestUser> {
  const user = await newUser(product, { role });
  await product.rows(`update sessions set authenticated_at = now() + interval '10 days' where id = $1`, [
    user.sessionId,
  ]);
  const exp = Math.floor(Date.now() / 1000) + 10 * DAY_SECONDS;
  const token = signToken({ sub: user.id, sid: user.sessionId, exp });
  return { ...user, token, client: product.client.as(token) };
}

const statsOf = async ({ client }: TestUser, query = '') => {
  const { status, body, text } = await client.get(`/admin/api/stats${query}`);
  if (status !== 200) throw new Error(text);
  return body;
};

/** Grants Pro until so many seconds from now, of the machine's clock. */
async function grant(admin: TestUser, { id }: TestUser, seconds: number): Promise<void> {
  const until = new Date(Date.now() + seconds * 1000).toISOString();
  const { status, text } = await admin.client.post(`/admin/api/users/${id}/grants`, { until });
  if (status !== 200) throw new Error(text);
}

it('with BILLING=off a grant that runs out counts as left on the day of its end, once, and a later grant as gained', async () => {
  const admin = await lasting('admin');
  const [short, long] = [await lasting(), await lasting()];
  const gained = (count: number) =>
    eventually(
      () => statsOf(admin),
      ({ total }) => total.pro_gained === count,
    );
  await grant(admin, short, 3600);
  await grant(admin, long, 9 * DAY_SECONDS);
  expect(await gained(2)).toMatchObject({ total: { pro_lost: 0 }, pro_users: 2, churn: null });
  // Forty days ago: in these thirty days two accounts have had Pro from before.
  await product.rows('update daily_numbers set day = day - 40');
  await pass(2 * 3600);
  expect(await statsOf(admin)).toMatchObject({
    total: { pro_gained: 0, pro_lost: 1 },
    pro_users: 1,
    churn: 0.5,
  });
  await grant(admin, short, 9 * DAY_SECONDS);
  expect(await gained(1)).toMatchObject({ total: { pro_lost: 1 }, pro_users: 2 });
  await admin.client.delete(`/admin/api/users/${short.id}`);
  const { total } = await eventually(
    () => statsOf(admin),
    (stats) => stats.total.pro_lost > 1,
  );
  expect([total.pro_gained, total.pro_lost]).toEqual([1, 2]);
});

it('a day of the numbers is a day in QUOTA_TIME_ZONE', async () => {
  // The numbers of the test before, which are all written, are older than the days that this one reads.
  await product.rows('update daily_numbers set day = day - 100');
  const [admin, user] = [await lasting('admin'), await lasting()];
  const room = (await newRoom(user)).id;
  const localSeconds = (Date.now() / 1000 + ahead + ZONE_SECONDS) % DAY_SECONDS;
  // To 23:00 of the zone, 17:30 UTC: the midnight that follows is within one day of UTC.
  await pass(Math.round((DAY_SECONDS + 23 * 3600 - localSeconds) % DAY_SECONDS));
  await ask(user, room);
  await grant(admin, user, ahead + 1.5 * 3600);
  const { data, time_zone: zone } = await eventually(
    () => statsOf(admin, '?days=2'),
    (stats) => stats.total.messages === 1,
  );
  expect([zone, data[0].messages, data[1].messages]).toEqual([ZONE, 0, 1]);
  await pass(2 * 3600);
  await ask(user, room);
  const after = await eventually(
    () => statsOf(admin, '?days=2'),
    (stats) => stats.total.messages === 2,
  );
  expect(
    after.data.map(({ day, messages, pro_lost: lost }: Record<string, unknown>) => [day, messages, lost]),
  ).toEqual([
    [data[1].day, 1, 0],
    [new Date(Date.parse(data[1].day) + DAY_SECONDS * 1000).toISOString().slice(0, 10), 1, 1],
  ]);
});

it('with BILLING=off Pro can be granted, and no billing route exists', async () => {
  const [user, operator] = [await lasting(), await lasting('admin')];
  const usage = async () => (await user.client.get('/user/usage')).body;
  expect(await usage()).toMatchObject({ tier: 'basic', daily_limit: 1 });
  await act(operator, `/users/${user.id}/grants`, { until: '2199-01-01T00:00:00Z' });
  expect(await usage()).toMatchObject({ tier: 'pro', daily_limit: null });
  await act(operator, `/users/${user.id}/grants`, { until: null });
  expect(await usage()).toMatchObject({ tier: 'basic', daily_limit: 1 });
  for (const path of ['subscriptions', 'webhook-events'])
    expect((await operator.client.get(`/admin/api/${path}`)).body.code).toBe('not_found');
  expect((await operator.client.post(`/admin/api/users/${user.id}/reconcile`)).body.code).toBe('not_found');
});
