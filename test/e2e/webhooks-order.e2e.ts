import { eventually } from '../support/eventually.js';
import type { TestUser } from '../support/people.js';
import { backend } from '../support/processes.js';
import { statusOf, StripeScenario } from '../support/stripe-scenario.js';

let stripe: StripeScenario;
/** Has Pro by a grant from before every reconciliation of this file. */
let granted: TestUser;
beforeAll(async () => {
  // Nothing is delivered but by the test.
  stripe = await StripeScenario.start({}, { listens: false });
  granted = await stripe.newUser();
  await stripe.product.rows(
    `update users set tier = 'pro', pro_granted_until = now() + interval '90 days',
       tier_ends_at = now() + interval '90 days' where id = $1`,
    [granted.id],
  );
});
afterAll(() => stripe.stop());

// The first test, because it counts all ends of Pro.
it('an end that billing:reconcile finds is counted when the command returns', async () => {
  const { subscriptionId } = await stripe.subscriber();
  await stripe.sandbox.cancelNow(subscriptionId);
  await stripe.operator('reconcile');
  expect(await stripe.product.rows(`select count::int from daily_numbers where name = 'pro_lost'`)).toEqual([
    { count: 1 },
  ]);
});

/** More than four thousand events: a minute on a machine that is three times slower. */
const ALL_HANDLED_MS = 150_000;

/** All of them: 720. */
const ORDERS = permutationsOf([
  'checkout.session.completed',
  'customer.subscription.created',
  'invoice.paid',
  'customer.subscription.updated',
  'invoice.payment_failed',
  'customer.subscription.deleted',
]);

describe('order, repetition and loss of events do not matter', () => {
  // The queue on PostgreSQL is slower; every order is worked on in the same way.
  const orders = ORDERS.filter((_, nth) => backend === 'redis' || nth % 6 === 0);
  it(`six events in ${orders.length} orders, some twice, eight at a time: one final state`, async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    // What Stripe holds in the end: cancelled at the period's end.
    await stripe.sandbox.cancelAtPeriodEnd(subscriptionId);
    const before = await stripe.tierOf(user.id);
    const sent: string[] = [];
    const waiting = orders.map((order) => order.map((type) => stripe.eventAbout(customerId, type)));
    const deliver = async (): Promise<void> => {
      for (let order = waiting.pop(); order; order = waiting.pop())
        for (const event of order) {
          sent.push(event.id);
          await stripe.post(event);
          if (Math.random() < 0.1) await stripe.post(event);
        }
    };
    await Promise.all(Array.from({ length: 8 }, deliver));
    expect(sent).toHaveLength(orders.length * 6);
    await eventually(
      async () =>
        (
          await stripe.product.rows<{ left: number }>(
            `select count(*)::int as left from webhook_events where customer_id = $1 and state <> 'handled'`,
            [customerId],
          )
        )[0]!.left === 0,
      Boolean,
      ALL_HANDLED_MS,
    );
    const status = await statusOf(user);
    expect(status).toMatchObject({ tier: 'pro', status: 'active', cancel_at_period_end: true });
    // Until that second, no longer with the grace after it.
    const after = await stripe.tierOf(user.id);
    expect(after!.tier_ends_at!.toISOString()).toBe(status.current_period_end);
    expect(after!.tier_ends_at!.getTime()).toBeLessThan(before!.tier_ends_at!.getTime());
  });

  it('a read of Stripe that started earlier and ends later writes nothing', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    // The first reading is slow, so its result is outdated when it arrives.
    await stripe.sandbox.script({ match: 'GET /v1/invoices', outcome: 'slow', delayMs: 700 });
    stripe.sandbox.forgetCalls();
    const slow = stripe.eventAbout(customerId);
    await stripe.post(slow);
    await stripe.sandbox.waitForCall(({ path }) => path.startsWith('/v1/invoices'));
    await stripe.sandbox.cancelNow(subscriptionId);
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('basic');
    await stripe.eventComesTo(slow.id, 'handled');
    expect((await statusOf(user)).tier).toBe('basic');
  });

  it('an event processed twice after a crash has the same effect', async () => {
    const { user, customerId } = await stripe.subscriber();
    const event = stripe.eventAbout(customerId);
    await stripe.post(event);
    await stripe.eventComesTo(event.id, 'handled');
    const before = await stripe.tierOf(user.id);
    // As if the process had died before adding the job: no job, and the row as received.
    await stripe.product.rows(`update webhook_events set state = 'received' where id = $1`, [event.id]);
    await stripe.eventComesTo(event.id, 'handled');
    expect(await stripe.tierOf(user.id)).toEqual(before);
  });

  it('reconciliation finds and repairs the effect of lost events, and counts them', async () => {
    const user = await stripe.newUser();
    const [paid, gone] = [await stripe.checkout(user), await stripe.subscriber()];
    await stripe.sandbox.pay(paid);
    await stripe.sandbox.cancelNow(gone.subscriptionId);
    // Pro without a subscription or grant, written by a database client.
    const forged = await stripe.newUser();
    await stripe.product.rows(`update users set tier = 'pro' where id = $1`, [forged.id]);
    expect([(await statusOf(user)).tier, (await statusOf(gone.user)).tier]).toEqual(['basic', 'pro']);
    const { stdout } = await stripe.operator('reconcile');
    expect(stdout).toMatch(
      /^\d+ accounts compared with Stripe: 3 differed and were repaired, 0 could not be compared\.\n$/,
    );
    const tiers = await Promise.all([user, gone.user, forged].map(async (one) => (await statusOf(one)).tier));
    expect(tiers).toEqual(['pro', 'basic', 'basic']);
    expect((await stripe.operator('reconcile')).stdout).toContain(' 0 differed');
    const [report] = await stripe.product.rows(
      'select drifted, failed from billing_reconciliations order by started_at desc offset 1 limit 1',
    );
    expect(report).toEqual({ drifted: 3, failed: 0 });
  });

  it('an operator’s grant survives every reconciliation and is shown as a grant', async () => {
    expect(await stripe.product.rows('select from billing_reconciliations')).not.toEqual([]);
    expect(await statusOf(granted)).toMatchObject({ tier: 'pro', source: 'grant', status: 'none' });
    expect((await granted.client.post('/subscription/sync')).body).toMatchObject({
      tier: 'pro',
      source: 'grant',
    });
  });
});

function permutationsOf<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, at) => permutationsOf(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
