import { ask } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { newUser, signToken, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';
import { StripeScenario } from '../support/stripe-scenario.js';

const DAY_SECONDS = 86_400;
/** Five and a half hours ahead of UTC: its midnight is no midnight of UTC. */
const ZONE = 'Asia/Kolkata';
const ZONE_SECONDS = 5.5 * 3600;

/** A user whose token and fresh session outlive the days that a test passes. */
async function lasting(product: Product, role: 'user' | 'admin' = 'user'): Promise<TestUser> {
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

it('a day of the numbers is a day in QUOTA_TIME_ZONE', async () => {
  const product = await startProduct({ QUOTA_TIME_ZONE: ZONE, BILLING: 'off' });
  try {
    const [admin, user] = [await lasting(product, 'admin'), await lasting(product)];
    const room = (await newRoom(user)).id;
    const localSeconds = (Date.now() / 1000 + ZONE_SECONDS) % DAY_SECONDS;
    // To 23:00 of the zone, 17:30 UTC: the midnight that follows is within one day of UTC.
    const passed = Math.round((DAY_SECONDS + 23 * 3600 - localSeconds) % DAY_SECONDS);
    await product.advanceClock(passed);
    await ask(user, room);
    await grant(admin, user, passed + 1.5 * 3600);
    const { data, time_zone: zone } = await eventually(
      () => statsOf(admin, '?days=2'),
      (stats) => stats.total.messages === 1,
    );
    expect([zone, data[0].messages, data[1].messages]).toEqual([ZONE, 0, 1]);
    await product.advanceClock(2 * 3600);
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
  } finally {
    await product.close();
  }
});

it('with BILLING=off a grant that runs out counts as left on the day of its end, once, and a later grant as gained', async () => {
  const product = await startProduct({ BILLING: 'off', WORKER: 'separate' });
  try {
    const admin = await lasting(product, 'admin');
    const [short, long] = [await lasting(product), await lasting(product)];
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
    await product.advanceClock(2 * 3600);
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
  } finally {
    await product.close();
  }
});

it('an end that billing:reconcile finds is counted when the command returns', async () => {
  const stripe = await StripeScenario.start({ WORKER: 'separate' }, { listens: false });
  try {
    const { subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.cancelNow(subscriptionId);
    await stripe.operator('reconcile');
    expect(await stripe.product.rows(`select count::int from daily_numbers where name = 'pro_lost'`)).toEqual(
      [{ count: 1 }],
    );
  } finally {
    await stripe.stop();
  }
});
