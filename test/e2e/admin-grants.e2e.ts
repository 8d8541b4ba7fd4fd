import { statementsWaiting } from '../support/locks.js';
import { act, auditOf } from '../support/operators.js';
import type { TestUser } from '../support/people.js';
import { statusOf, StripeScenario } from '../support/stripe-scenario.js';

const DAY = 86_400;

let stripe: StripeScenario;
let admin: TestUser;
beforeAll(async () => {
  stripe = await StripeScenario.start({ BASIC_DAILY_LIMIT: '1' });
  admin = await stripe.newUser();
  await stripe.product.rows(`update users set role = 'admin' where id = $1`, [admin.id]);
});
afterAll(() => stripe.stop());

const inDays = (days: number) => new Date(stripe.clock.now().getTime() + days * DAY * 1000).toISOString();
/** Months pass here: the proof is made new each time. */
async function grant(user: TestUser, until: string | null) {
  await stripe.product.rows('update sessions set authenticated_at = $2 where id = $1', [
    admin.sessionId,
    stripe.clock.now(),
  ]);
  return admin.client.post(`/admin/api/users/${user.id}/grants`, { until, reason: 'A gift' });
}

describe('a grant', () => {
  it('gives Pro at once, until its date to the second, with its source', async () => {
    const user = await stripe.newUser();
    const until = inDays(30);
    const { status, body } = await grant(user, until);
    expect([status, body.tier, body.tier_ends_at, body.pro_granted_until]).toEqual([
      200,
      'pro',
      until,
      until,
    ]);
    expect(await statusOf(user)).toMatchObject({ tier: 'pro', source: 'grant', status: 'none' });
    expect((await user.client.get('/user/usage')).body.daily_limit).toBeNull();
    expect(await auditOf(admin, user.id)).toMatchObject([
      { action: 'user.grant', details: { until, before: null, reason: 'A gift' } },
    ]);
    await stripe.pass(30 * DAY - 60);
    expect(await statusOf(user)).toMatchObject({ tier: 'pro', source: 'grant' });
    await stripe.pass(60);
    expect(await statusOf(user)).toMatchObject({ tier: 'basic', source: null });
  });

  it('survives every sync, webhook and reconciliation, with and without a subscription', async () => {
    const [never, { user: payer, customerId, subscriptionId }] = [
      await stripe.newUser(),
      await stripe.subscriber(),
    ];
    const until = inDays(90);
    for (const user of [never, payer]) await grant(user, until);
    expect(await statusOf(payer)).toMatchObject({ tier: 'pro', source: 'stripe', status: 'active' });
    await stripe.sandbox.cancelNow(subscriptionId);
    const event = stripe.eventAbout(customerId, 'customer.subscription.deleted');
    await stripe.post(event);
    await stripe.eventComesTo(event.id, 'handled');
    for (const user of [never, payer]) {
      await user.client.post('/subscription/sync');
      await act(admin, `/users/${user.id}/reconcile`);
    }
    await stripe.operator('reconcile');
    for (const user of [never, payer]) {
      expect(await statusOf(user)).toMatchObject({ tier: 'pro', source: 'grant' });
      expect((await stripe.tierOf(user.id))!.tier_ends_at!.toISOString()).toBe(until);
    }
  });

  it('that ends leaves a paid Pro in place, and Basic otherwise', async () => {
    const [never, { user: payer }] = [await stripe.newUser(), await stripe.subscriber()];
    const paid = (await stripe.tierOf(payer.id))!.tier_ends_at!.toISOString();
    for (const user of [never, payer]) await grant(user, inDays(400));
    const [nothing, left] = [await grant(never, null), await grant(payer, null)];
    expect(nothing.body).toMatchObject({ tier: 'basic', tier_ends_at: null, pro_granted_until: null });
    // At once, without an event.
    expect(left.body).toMatchObject({ tier: 'pro', tier_ends_at: paid, pro_granted_until: null });
    expect(await statusOf(payer)).toMatchObject({ tier: 'pro', source: 'stripe' });
  });

  it('and concurrent syncs both take effect', async () => {
    const { user, subscriptionId } = await stripe.subscriber();
    for (let nth = 0; nth < 5; nth += 1) {
      const until = inDays(300 + nth);
      await Promise.all([
        ...Array.from({ length: 4 }, () => user.client.post('/subscription/sync')),
        grant(user, until),
        ...Array.from({ length: 4 }, () => user.client.post('/subscription/sync')),
      ]);
      expect((await stripe.tierOf(user.id))!.tier_ends_at!.toISOString()).toBe(until);
    }
    expect(
      await stripe.product.rows('select from subscriptions where id = $1', [subscriptionId]),
    ).toHaveLength(1);
  });

  it.each([
    ['that is over', '2020-01-01T00:00:00Z'],
    ['without a time zone', '2199-01-01T00:00:00'],
    ['without a time', '2199-01-01'],
    ['that is none', '2199-02-31T00:00:00Z'],
    ['that is no text', 5],
    ['that is not there', undefined],
  ])('until a moment %s is refused', async (_, until) => {
    const user = await stripe.newUser();
    const { status, body } = await grant(user, until as never);
    expect([status, body.errors[0].field]).toEqual([400, 'until']);
    expect(await auditOf(admin, user.id)).toEqual([]);
  });
});

it('a sync of one person repairs a lost event, says in what our row differed from Stripe, and then nothing differs', async () => {
  const { user, subscriptionId } = await stripe.subscriber();
  await stripe.allHandled();
  await stripe.sandbox.webhooks.next('never', { times: 20 });
  await stripe.sandbox.cancelNow(subscriptionId);
  expect(await statusOf(user)).toMatchObject({ tier: 'pro' });
  const { status, body } = await act(admin, `/users/${user.id}/reconcile`);
  expect([status, body.tier, body.status]).toEqual([200, 'basic', 'canceled']);
  expect(body.drift).toEqual(
    expect.arrayContaining([
      { subscription_id: null, field: 'tier', before: 'pro', after: 'basic' },
      { subscription_id: subscriptionId, field: 'status', before: 'active', after: 'canceled' },
    ]),
  );
  expect((await act(admin, `/users/${user.id}/reconcile`)).body.drift).toEqual([]);
  const list = await admin.client.get('/admin/api/subscriptions?status=canceled&limit=100');
  expect(list.body.data.map(({ id }: { id: string }) => id)).toContain(subscriptionId);
});

it('a failed event is listed and replayed', async () => {
  const { customerId, user } = await stripe.subscriber();
  const event = stripe.eventAbout(customerId, 'invoice.paid');
  await stripe.post(event);
  await stripe.eventComesTo(event.id, 'handled');
  await stripe.product.rows(
    `update webhook_events set state = 'failed', last_error = 'StripeUnavailable' where id = $1`,
    [event.id],
  );
  await stripe.product.rows(`update users set tier = 'basic', tier_ends_at = null where id = $1`, [user.id]);
  const failed = async () => (await admin.client.get('/admin/api/webhook-events?state=failed')).body.data;
  expect(await failed()).toMatchObject([{ id: event.id, type: 'invoice.paid', customer_id: customerId }]);
  const { status, body } = await act(admin, `/webhook-events/${event.id}/replay`);
  expect([status, body.state]).toEqual([202, 'received']);
  await stripe.eventComesTo(event.id, 'handled');
  expect(await failed()).toEqual([]);
  expect(await statusOf(user)).toMatchObject({ tier: 'pro', source: 'stripe' });
});

it('events are listed in pages, newest first, each once, filtered by type', async () => {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await admin.client.get(
      `/admin/api/webhook-events?limit=2${cursor && `&cursor=${cursor}`}`,
    );
    ids.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.next_cursor as string | null;
  }
  const sql = 'select id from webhook_events order by received_at desc, id desc';
  const known = (await stripe.product.rows<{ id: string }>(sql)).map(({ id }) => id);
  expect(ids).toEqual(known.slice(-ids.length));
  expect(ids.length).toBeGreaterThan(5);
  const { body } = await admin.client.get('/admin/api/webhook-events?type=invoice.paid&limit=100');
  expect(new Set(body.data.map(({ type }: { type: string }) => type))).toEqual(new Set(['invoice.paid']));
});

it('an act during an outage of Stripe says so and is in the audit log', async () => {
  const { user } = await stripe.subscriber();
  await stripe.sandbox.script({ match: 'GET /v1/subscriptions', outcome: 'http_error', times: 20 });
  const { status } = await admin.client.post(`/admin/api/users/${user.id}/reconcile`);
  expect(status).toBe(503);
  expect((await auditOf(admin, user.id)).map(({ details }) => details['outcome'])).toEqual([
    'failed',
    'asked',
  ]);
});

it('an account deleted during the call to Stripe is not_found, and the operator’s session lives', async () => {
  const user = await stripe.newUser();
  const holder = await stripe.product.db.connect();
  try {
    await holder.query('begin');
    await holder.query('delete from users where id = $1', [user.id]);
    const asking = admin.client.post(`/admin/api/users/${user.id}/reconcile`);
    await statementsWaiting(stripe.product, 1);
    await holder.query('commit');
    expect((await asking).body.code).toBe('not_found');
  } finally {
    holder.release();
  }
});
