import { eventually } from '../support/eventually.js';
import { becomes, statusOf, StripeScenario } from '../support/stripe-scenario.js';

let stripe: StripeScenario;
beforeAll(async () => {
  // Nothing is delivered but by the test.
  stripe = await StripeScenario.start({}, { listens: false });
});
afterAll(() => stripe.stop());

describe('an event', () => {
  it('is acknowledged when it is stored, and processed afterwards', async () => {
    const user = await stripe.newUser();
    const { customer } = await stripe.sandbox.pay(await stripe.checkout(user));
    const event = stripe.eventAbout(customer, 'checkout.session.completed');
    const { status, body } = await stripe.post(event);
    expect([status, body]).toEqual([200, { received: true }]);
    await stripe.eventComesTo(event.id, 'handled');
    await becomes(user, 'pro');
  });

  it('is a nudge only: the state is read from Stripe', async () => {
    const user = await stripe.newUser();
    const session = await stripe.checkout(user);
    const customer = await stripe.sandbox.look(({ sessions }) => sessions[session]!.customer as string);
    const event = stripe.eventAbout(customer, 'invoice.paid', { status: 'active', paid: true });
    await stripe.post(event);
    await stripe.eventComesTo(event.id, 'handled');
    expect((await statusOf(user)).tier).toBe('basic');
  });

  it.each([
    [
      'of a kind that is none of ours',
      (customer: string) => stripe.eventAbout(customer, 'product.created'),
      'ignored',
    ],
    ['of an unknown kind', (customer: string) => stripe.eventAbout(customer, 'moon.landed'), 'ignored'],
    ['about a foreign customer', () => stripe.eventAbout('cus_of_somebody_else'), 'ignored'],
    ['about no customer', () => stripe.eventAbout(null), 'ignored'],
    ['about a dispute that is not there', () => stripe.eventAbout(null, 'charge.dispute.closed'), 'ignored'],
  ])('%s is taken and left alone', async (_, make, state) => {
    const event = make('cus_x');
    expect((await stripe.post(event)).status).toBe(200);
    await stripe.eventComesTo(event.id, state);
  });

  it('of a dispute finds the account of its charge', async () => {
    const { user, subscriptionId: subscription } = await stripe.subscriber();
    const { id } = await stripe.sandbox.openDispute({ subscription });
    await stripe.sandbox.closeDispute(id, 'lost');
    const event = stripe.eventAbout(null, 'charge.dispute.closed', { id, object: 'dispute' });
    await stripe.post(event);
    await stripe.eventComesTo(event.id, 'handled');
    expect((await statusOf(user)).tier).toBe('basic');
  });

  it('delivered twenty times in parallel is stored once', async () => {
    const { customerId } = await stripe.subscriber();
    const event = stripe.eventAbout(customerId);
    const answers = await Promise.all(Array.from({ length: 20 }, () => stripe.post(event)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await stripe.eventComesTo(event.id, 'handled');
    expect((await stripe.eventState(event.id))?.tries).toBe(1);
  });

  it('that is forged or altered is not stored', async () => {
    const { customerId } = await stripe.subscriber();
    const event = stripe.eventAbout(customerId);
    const calls: [event: object, header: string][] = [
      [event, ''],
      [event, stripe.sign({ ...event, type: 'customer.deleted' })],
      [event, stripe.sign(event).replace('v1=', 'v0=')],
    ];
    for (const [body, header] of calls) {
      const answer = await stripe.post(body, { header });
      expect([answer.status, answer.body.code]).toEqual([400, 'signature_invalid']);
    }
    expect(await stripe.eventState(event.id)).toBeUndefined();
  });

  it.each<[what: string, change: object]>([
    ['of the other mode', { livemode: true }],
    ['about nothing', { data: { object: null } }],
    ['of a moment after all time', { created: 9e15 }],
    ['with NUL in its id', { id: 'evt_\0' }],
    ['with NUL in its type', { type: 'invoice.paid\0' }],
    ['with half a character in its type', { type: '\ud83d' }],
  ])('%s is acknowledged, logged and left alone', async (_, change) => {
    const logged = () => stripe.product.log.match(/is acknowledged and ignored: \w/g)?.length ?? 0;
    const [about, before] = [stripe.eventAbout('cus_x'), logged()];
    const { status, body } = await stripe.post({ ...about, ...change });
    expect([status, body]).toEqual([200, { received: true }]);
    await eventually(() => logged() > before);
    expect(await stripe.eventState(about.id)).toBeUndefined();
  });

  it('of API v2 that names only its object finds its account', async () => {
    const { user, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.cancelNow(subscriptionId);
    const { id } = stripe.eventAbout(null);
    const thin = {
      id,
      object: 'v2.core.event',
      type: 'v1.customer.subscription.deleted',
      livemode: false,
      created: new Date().toISOString(),
      related_object: {
        id: subscriptionId,
        type: 'subscription',
        url: `/v1/subscriptions/${subscriptionId}`,
      },
    };
    expect((await stripe.post(thin)).status).toBe(200);
    await stripe.eventComesTo(id, 'handled');
    expect((await statusOf(user)).tier).toBe('basic');
  });

  it('larger than any of Stripe’s, or not JSON, is refused', async () => {
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

  it('that cannot be stored is 503, so that Stripe sends it again', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.cancelNow(subscriptionId);
    const event = stripe.eventAbout(customerId);
    await stripe.product.rows('alter table webhook_events rename to away');
    const refused = await stripe.post(event);
    await stripe.product.rows('alter table away rename to webhook_events');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await statusOf(user)).tier).toBe('pro');
    await stripe.post(event);
    await becomes(user, 'basic');
  });

  it('stores nothing of its payload but its account', async () => {
    const event = stripe.eventAbout('cus_y', 'customer.deleted', {
      email: 'asha@example.com',
      phone: '+15550100',
    });
    await stripe.post(event);
    const [row] = await stripe.product.rows(
      'select to_json(e)::text as text from webhook_events e where id = $1',
      [event.id],
    );
    expect(row!['text']).toContain('cus_y');
    expect(row!['text']).not.toMatch(/asha|15550100/);
  });
});
