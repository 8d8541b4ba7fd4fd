import { randomBytes } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { backend } from '../support/product.js';
import { becomes, statusOf, StripeWorld } from '../support/stripe-world.js';

let stripe: StripeWorld;
beforeAll(async () => {
  // Nothing is delivered but by the test.
  stripe = await StripeWorld.start({}, { listens: false });
});
afterAll(() => stripe.stop());

const newEventId = () => `evt_${randomBytes(12).toString('hex')}`;
/** An event about a customer; nothing in it is true but the name. */
const eventAbout = (customer: string, type = 'customer.subscription.updated', more: object = {}) => ({
  id: newEventId(),
  object: 'event',
  type,
  created: Math.floor(stripe.clock.now().getTime() / 1000),
  livemode: false,
  data: { object: { id: 'sub_x', object: 'subscription', customer, status: 'active', ...more } },
});
const stateOf = async (id: string) =>
  (
    await stripe.product.rows<{ state: string; tries: number; last_error: string | null }>(
      'select state, tries, last_error from webhook_events where id = $1',
      [id],
    )
  )[0];
const comesTo = (id: string, state: string) => eventually(async () => (await stateOf(id))?.state === state);
/** The newest subscriptions of somebody at Stripe, and what is known of them here. */
const tierOf = async (userId: string) =>
  (
    await stripe.product.rows<{ tier: string; tier_ends_at: Date | null }>(
      'select tier, tier_ends_at from users where id = $1',
      [userId],
    )
  )[0];

describe('an event', () => {
  it('is acknowledged when it is kept, and worked on afterwards', async () => {
    const user = await stripe.newUser();
    const { customer } = await stripe.sandbox.pay(await stripe.checkout(user));
    const event = eventAbout(customer!, 'checkout.session.completed');
    const { status, body } = await stripe.post(event);
    expect([status, body]).toEqual([200, { received: true }]);
    await comesTo(event.id, 'handled');
    await becomes(user, 'pro');
  });

  it('that lies is not believed: Stripe is asked', async () => {
    const user = await stripe.newUser();
    const session = await stripe.checkout(user);
    const customer = await stripe.sandbox.look(({ sessions }) => sessions[session]!.customer as string);
    const event = eventAbout(customer, 'invoice.paid', { status: 'active', paid: true });
    await stripe.post(event);
    await comesTo(event.id, 'handled');
    expect((await statusOf(user)).tier).toBe('basic');
  });

  it.each([
    [
      'of a kind that is none of ours',
      (customer: string) => eventAbout(customer, 'product.created'),
      'ignored',
    ],
    ['of a kind that nobody knows', (customer: string) => eventAbout(customer, 'moon.landed'), 'ignored'],
    ['about somebody else’s customer', () => eventAbout('cus_of_somebody_else'), 'ignored'],
    ['about nobody', () => eventAbout(null as never), 'ignored'],
    [
      'about a dispute that is not there',
      () => eventAbout(null as never, 'charge.dispute.closed'),
      'ignored',
    ],
  ])('%s is taken and left alone', async (_, make, state) => {
    const event = make('cus_x');
    expect((await stripe.post(event)).status).toBe(200);
    await comesTo(event.id, state);
  });

  it('of a dispute leads to whose charge it was', async () => {
    const { user, subscriptionId: subscription } = await stripe.subscriber();
    const { id } = await stripe.sandbox.openDispute({ subscription });
    await stripe.sandbox.closeDispute(id, 'lost');
    const event = eventAbout(null as never, 'charge.dispute.closed', { id, object: 'dispute' });
    await stripe.post(event);
    await comesTo(event.id, 'handled');
    expect((await statusOf(user)).tier).toBe('basic');
  });

  it('that comes twenty times at once is one', async () => {
    const { customerId } = await stripe.subscriber();
    const event = eventAbout(customerId);
    const answers = await Promise.all(Array.from({ length: 20 }, () => stripe.post(event)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await comesTo(event.id, 'handled');
    expect((await stateOf(event.id))?.tries).toBe(1);
  });

  it('that is forged, altered or of another mode leaves nothing', async () => {
    const { customerId } = await stripe.subscriber();
    const event = eventAbout(customerId);
    const calls: [event: object, header: string][] = [
      [event, ''],
      [event, stripe.sign({ ...event, type: 'customer.deleted' })],
      [{ ...event, livemode: true }, stripe.sign({ ...event, livemode: true })],
      [event, stripe.sign(event).replace('v1=', 'v0=')],
    ];
    for (const [body, header] of calls) {
      const answer = await stripe.post(body, { header });
      expect([answer.status, answer.body.code]).toEqual([400, 'signature_invalid']);
    }
    expect(await stateOf(event.id)).toBeUndefined();
  });

  it('larger than any of Stripe’s is refused, and so is what is no JSON', async () => {
    const { client } = stripe.product;
    const large = await client.request('POST', '/webhook/stripe', { raw: 'x'.repeat(600_000) });
    expect(large.status).toBe(413);
    const text = await client.request('POST', '/webhook/stripe', {
      raw: 'hello',
      headers: { 'content-type': 'text/plain' },
    });
    expect(text.status).toBe(415);
    expect((await client.request('POST', '/webhook/stripe')).body.code).toBe('signature_invalid');
  });

  it('that cannot be kept is 503, so that Stripe sends it again', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.cancelNow(subscriptionId);
    const event = eventAbout(customerId);
    await stripe.product.rows('alter table webhook_events rename to away');
    const refused = await stripe.post(event);
    await stripe.product.rows('alter table away rename to webhook_events');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await statusOf(user)).tier).toBe('pro');
    await stripe.post(event);
    await becomes(user, 'basic');
  });

  it('holds nothing of its payload but whom it is about', async () => {
    const event = eventAbout('cus_y', 'customer.deleted', { email: 'asha@example.com', phone: '+15550100' });
    await stripe.post(event);
    const [row] = await stripe.product.rows(
      'select to_json(e)::text as text from webhook_events e where id = $1',
      [event.id],
    );
    expect(row!['text']).toContain('cus_y');
    expect(row!['text']).not.toMatch(/asha|15550100/);
  });
});

/** All of them: 720. */
const ORDERS = permutationsOf([
  'checkout.session.completed',
  'customer.subscription.created',
  'invoice.paid',
  'customer.subscription.updated',
  'invoice.payment_failed',
  'customer.subscription.deleted',
]);

describe('order, repetition and loss do not matter', () => {
  // The queue on PostgreSQL is slower; every order is worked on in the same way.
  const orders = ORDERS.filter((_, nth) => backend === 'redis' || nth % 6 === 0);
  it(`six events in ${orders.length} orders, some twice, eight at a time: one final state`, async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    // What Stripe holds in the end: cancelled at the period's end.
    await stripe.sandbox.cancelAtPeriodEnd(subscriptionId);
    const before = await tierOf(user.id);
    const sent: string[] = [];
    const waiting = orders.map((order) => order.map((type) => eventAbout(customerId, type)));
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
      60_000,
    );
    const status = await statusOf(user);
    expect(status).toMatchObject({ tier: 'pro', status: 'active', cancel_at_period_end: true });
    // Until that second, no longer with the grace after it.
    const after = await tierOf(user.id);
    expect(after!.tier_ends_at!.toISOString()).toBe(status.current_period_end);
    expect(after!.tier_ends_at!.getTime()).toBeLessThan(before!.tier_ends_at!.getTime());
  }, 120_000);

  it('a reading that began earlier and ends later writes nothing', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    // The first one is slow: what it has read is out of date when it comes.
    await stripe.sandbox.script({ match: 'GET /v1/invoices', outcome: 'slow', delayMs: 700 });
    stripe.sandbox.forgetCalls();
    const slow = eventAbout(customerId);
    await stripe.post(slow);
    await stripe.sandbox.waitForCall(({ path }) => path.startsWith('/v1/invoices'));
    await stripe.sandbox.cancelNow(subscriptionId);
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('basic');
    await comesTo(slow.id, 'handled');
    expect((await statusOf(user)).tier).toBe('basic');
  });

  it('a crash between the work and its mark: it is done again, and nothing is different', async () => {
    const { user, customerId } = await stripe.subscriber();
    const event = eventAbout(customerId);
    await stripe.post(event);
    await comesTo(event.id, 'handled');
    const before = await tierOf(user.id);
    // As if the process had died before it could say so: no job, and the row as it was received.
    await stripe.product.rows(`update webhook_events set state = 'received' where id = $1`, [event.id]);
    await comesTo(event.id, 'handled');
    expect(await tierOf(user.id)).toEqual(before);
  }, 20_000);

  it('lost events: the comparison finds who has changed, puts it right, and counts', async () => {
    const user = await stripe.newUser();
    const [paid, gone] = [await stripe.checkout(user), await stripe.subscriber()];
    await stripe.sandbox.pay(paid);
    await stripe.sandbox.cancelNow(gone.subscriptionId);
    // Pro that nothing stands for, as somebody with a database client could write it.
    const forged = await stripe.newUser();
    await stripe.product.rows(`update users set tier = 'pro' where id = $1`, [forged.id]);
    expect([(await statusOf(user)).tier, (await statusOf(gone.user)).tier]).toEqual(['basic', 'pro']);
    const { stdout } = await stripe.operator('reconcile');
    expect(stdout).toMatch(
      /^\d+ accounts compared, 3 differed and were put right, 0 could not be compared\.\n$/,
    );
    const tiers = await Promise.all([user, gone.user, forged].map(async (one) => (await statusOf(one)).tier));
    expect(tiers).toEqual(['pro', 'basic', 'basic']);
    expect((await stripe.operator('reconcile')).stdout).toContain(' 0 differed');
    const [report] = await stripe.product.rows(
      'select drifted, failed from billing_reconciliations order by started_at desc offset 1 limit 1',
    );
    expect(report).toEqual({ drifted: 3, failed: 0 });
  }, 30_000);

  it('an operator’s grant survives every comparison, and is told as one', async () => {
    const user = await stripe.newUser();
    await stripe.product.rows(
      `update users set tier = 'pro', pro_granted_until = now() + interval '90 days',
         tier_ends_at = now() + interval '90 days' where id = $1`,
      [user.id],
    );
    await stripe.operator('reconcile');
    expect(await statusOf(user)).toMatchObject({ tier: 'pro', source: 'grant', status: 'none' });
    expect((await user.client.post('/subscription/sync')).body).toMatchObject({
      tier: 'pro',
      source: 'grant',
    });
  });
});

describe('when Stripe is down', () => {
  it('an event waits and is tried again; what fails for good is shown, and can be replayed', async () => {
    const { customerId } = await stripe.subscriber();
    await stripe.sandbox.script({ match: 'GET /v1/subscriptions', outcome: 'http_error', times: 3 });
    const event = eventAbout(customerId);
    await stripe.post(event);
    await comesTo(event.id, 'handled');
    await stripe.product.rows(`update webhook_events set state = 'failed', last_error = 'x' where id = $1`, [
      event.id,
    ]);
    const { stdout } = await stripe.operator('replay', event.id);
    expect(stdout).toBe(`${event.id}: a worker takes it on again.\n`);
    await comesTo(event.id, 'handled');
    await expect(stripe.operator('replay', 'evt_unknown')).rejects.toMatchObject({
      stdout: 'evt_unknown: there is no such event in the inbox.\n',
    });
  }, 20_000);

  it.each([
    ['says nothing', { outcome: 'hang' }],
    ['is slow', { outcome: 'slow', delayMs: 5000 }],
    ['cuts the line', { outcome: 'cut' }],
    ['has too much to do', { outcome: 'rate_limited' }],
    ['is broken', { outcome: 'http_error', status: 500 }],
    ['is not there', { outcome: 'http_error', status: 503 }],
  ] as const)(
    'and %s: 503 within two seconds, and nothing half-made',
    async (_, script) => {
      const { user } = await stripe.subscriber();
      const nobody = await stripe.newUser();
      const ask: [who: typeof user, method: string, path: string][] = [
        [nobody, 'POST', '/subscribe/pro'],
        [user, 'POST', '/subscription/sync'],
        [user, 'POST', '/subscription/cancel'],
        [user, 'POST', '/subscription/portal'],
        [user, 'GET', '/subscription/invoices'],
      ];
      const before = await tierOf(user.id);
      for (const [who, method, path] of ask) {
        // The SDK opens a line that was cut once more by itself.
        await stripe.sandbox.script({ ...script, times: script.outcome === 'cut' ? 2 : 1 });
        const began = performance.now();
        const { status, headers } = await who.client.request(method, path);
        expect([path, status, Number(headers.get('retry-after')) > 0]).toEqual([path, 503, true]);
        expect(performance.now() - began).toBeLessThan(2500);
      }
      // As it is known here it can still be read.
      expect((await statusOf(user)).tier).toBe('pro');
      expect(await tierOf(user.id)).toEqual(before);
      expect((await nobody.client.post('/subscribe/pro')).status).toBe(201);
    },
    30_000,
  );

  it('and the line is cut after the work: asking again makes no second one', async () => {
    const user = await stripe.newUser();
    await stripe.sandbox.script({ match: 'POST /v1/customers', outcome: 'after', times: 2 });
    expect((await user.client.post('/subscribe/pro')).status).toBe(503);
    await stripe.sandbox.script({ match: 'POST /v1/checkout/sessions', outcome: 'after', times: 2 });
    expect((await user.client.post('/subscribe/pro')).status).toBe(503);
    const { status, body } = await user.client.post('/subscribe/pro');
    expect(status).toBe(200);
    const [customers, sessions] = await stripe.sandbox.look((state) => [
      Object.values(state.customers).filter(({ metadata }) => metadata['user_id'] === user.id).length,
      Object.values(state.sessions)
        .filter((one) => one.client_reference_id === user.id)
        .map(({ id }) => id),
    ]);
    expect([customers, sessions]).toEqual([1, [body.session_id]]);
  });

  it('a refusal for good is a fault of ours, and says nothing of Stripe’s', async () => {
    const { user } = await stripe.subscriber();
    await stripe.sandbox.script({ outcome: 'http_error', status: 400 });
    const { status, body } = await user.client.post('/subscription/sync');
    expect([status, body.code]).toEqual([500, 'internal_error']);
  });
});

describe('an account that is closed', () => {
  it('is cancelled and deleted at Stripe, however long that takes', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.script({ match: 'GET /v1/checkout/sessions', outcome: 'http_error', times: 2 });
    await stripe.product.rows('update billing_accounts set closing_at = now() where user_id = $1', [user.id]);
    const closed = async () =>
      (
        await stripe.product.rows<{ closed_at: Date | null }>(
          'select closed_at from billing_accounts where user_id = $1',
          [user.id],
        )
      )[0]!.closed_at;
    await eventually(closed, Boolean, 25_000);
    const [status, customer] = await stripe.sandbox.look(({ subscriptions, customers }) => [
      subscriptions[subscriptionId]?.status,
      customers[customerId],
    ]);
    expect(status).toBe('canceled');
    expect(JSON.stringify(customer ?? {})).not.toContain(user.mobileNumber);
    // Nothing can be sold to it any more.
    expect((await user.client.post('/subscribe/pro')).status).toBe(503);
  }, 40_000);
});

function permutationsOf<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, at) => permutationsOf(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
