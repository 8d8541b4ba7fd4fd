import { SANDBOX_PRO_PRICE_ID } from '@chat-backend/stripe-sandbox';
import { becomes, statusOf, StripeScenario } from '../support/stripe-scenario.js';

const DAY = 86_400;

let stripe: StripeScenario;
beforeAll(async () => {
  stripe = await StripeScenario.start({ BASIC_DAILY_LIMIT: '1' });
});
afterAll(() => stripe.stop());

describe('the life of a subscription', () => {
  it('Basic → 429 → subscribe → pay → Pro → cancel → Basic', async () => {
    const user = await stripe.newUser();
    const room = (await user.client.post('/chatroom')).body.id as string;
    const send = async () => (await user.client.post(`/chatroom/${room}/message`, { content: 'hi' })).status;
    expect([await send(), await send()]).toEqual([202, 429]);
    const { customer, subscription } = await stripe.sandbox.pay(await stripe.checkout(user));
    await becomes(user, 'pro');
    expect(await send()).toBe(202);
    expect(await statusOf(user)).toMatchObject({
      source: 'stripe',
      status: 'active',
      price: { amount: 2000, currency: 'usd', interval: 'month' },
      payment_problem: null,
    });
    expect((await stripe.sandbox.look(({ customers }) => customers[customer!]))?.phone).toBe(
      user.mobileNumber,
    );
    expect((await user.client.post('/subscription/cancel')).body).toMatchObject({
      tier: 'pro',
      cancel_at_period_end: true,
    });
    await stripe.sandbox.cancelNow(subscription!);
    await becomes(user, 'basic');
    expect(await send()).toBe(429);
    // What was sent as Pro counts.
    expect((await user.client.get('/user/usage')).body).toMatchObject({ used_today: 2, daily_limit: 1 });
  });

  it('a refusal at the daily limit names the upgrade route', async () => {
    const user = await stripe.newUser();
    const room = (await user.client.post('/chatroom')).body.id as string;
    await user.client.post(`/chatroom/${room}/message`, { content: 'hi' });
    const refused = await user.client.post(`/chatroom/${room}/message`, { content: 'hi' });
    expect(refused.body).toMatchObject({ code: 'daily_limit_reached', upgrade: '/subscribe/pro' });
  });

  it('cancel and resume are idempotent, and refuse a person without a subscription', async () => {
    const { user } = await stripe.subscriber();
    const ask = async (what: string) => {
      const { status, body } = await user.client.post(`/subscription/${what}`);
      return [status, body.code ?? body.cancel_at_period_end];
    };
    expect(await ask('resume')).toEqual([409, 'not_cancelling']);
    expect([await ask('cancel'), await ask('cancel')]).toEqual([
      [200, true],
      [200, true],
    ]);
    expect([await ask('resume'), await ask('resume')]).toEqual([
      [200, false],
      [409, 'not_cancelling'],
    ]);
    const visitor = await stripe.newUser();
    for (const what of ['cancel', 'resume', 'portal'])
      expect((await visitor.client.post(`/subscription/${what}`)).body.code).toBe('no_subscription');
    expect((await visitor.client.get('/subscription/invoices')).body).toEqual({
      data: [],
      next_cursor: null,
    });
  });

  it('a cancellation in the portal is shown and can be resumed here', async () => {
    const { user, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.cancelAtPeriodEnd(subscriptionId);
    expect((await user.client.post('/subscription/sync')).body.cancel_at_period_end).toBe(true);
    const { body } = await user.client.post('/subscription/resume');
    expect(body).toMatchObject({ status: 'active', cancel_at_period_end: false });
    const at = await stripe.sandbox.look(({ subscriptions }) => subscriptions[subscriptionId]!.cancel_at);
    expect(at).toBeNull();
  });

  it('the portal opens right after a payment, and not before one', async () => {
    const user = await stripe.newUser();
    const session = await stripe.checkout(user);
    expect((await user.client.post('/subscription/portal')).body.code).toBe('no_subscription');
    await stripe.sandbox.webhooks.next('never', { times: 20 });
    await stripe.sandbox.pay(session);
    expect((await user.client.post('/subscription/portal')).status).toBe(201);
  });

  it('a subscriber is not sold a second subscription and is sent to the portal', async () => {
    const { user } = await stripe.subscriber();
    const { status, body } = await user.client.post('/subscribe/pro');
    expect([status, body.code, body.manage]).toEqual([409, 'already_subscribed', '/subscription/portal']);
    const portal = await user.client.post('/subscription/portal');
    expect([portal.status, portal.body.url]).toEqual([201, expect.stringContaining('portal')]);
  });

  it('invoices are the person’s own, in pages', async () => {
    const { user, subscriptionId } = await stripe.subscriber();
    const other = await stripe.subscriber();
    const { body } = await user.client.get('/subscription/invoices?limit=1');
    expect(body.data).toMatchObject([{ status: 'paid', total: 2000, amount_paid: 2000, currency: 'usd' }]);
    expect(body.next_cursor).toBeNull();
    const own = await stripe.sandbox.look(
      ({ subscriptions }) => subscriptions[subscriptionId]!.latest_invoice,
    );
    expect(body.data[0].id).toBe(own);
    const theirs = (await other.user.client.get('/subscription/invoices')).body.data[0].id;
    expect(theirs).not.toBe(own);
  });
});

describe('cancelling', () => {
  const YEAR = 300 * DAY;
  const now = () => Math.floor(stripe.clock.now().getTime() / 1000);
  const kept = (id: string) => stripe.sandbox.look(({ subscriptions }) => subscriptions[id]!);

  it.each([
    ['a date set in the dashboard', (id: string) => stripe.sandbox.cancelAt(id, now() + YEAR)],
    ['a schedule', (id: string) => stripe.sandbox.schedule(id, { endsInDays: 300 })],
  ])('ends with the period what %s would end in 300 days, and what it says is when', async (_, settle) => {
    const { user, subscriptionId } = await stripe.subscriber();
    await settle(subscriptionId);
    const before = (await user.client.post('/subscription/sync')).body;
    expect(before.cancel_at_period_end).toBe(false);
    expect(Date.parse(before.ends_at) / 1000 - now()).toBeGreaterThan(YEAR - DAY);
    const { status, body } = await user.client.post('/subscription/cancel');
    expect([status, body.cancel_at_period_end, body.ends_at]).toEqual([200, true, before.current_period_end]);
    expect(await kept(subscriptionId)).toMatchObject({
      cancel_at: Date.parse(before.current_period_end) / 1000,
      schedule: null,
    });
  });

  it('makes no call to Stripe where the subscription ends by then already', async () => {
    const { user, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.cancelAt(subscriptionId, now() + 5 * DAY);
    const { body } = await user.client.post('/subscription/cancel');
    expect([body.cancel_at_period_end, Date.parse(body.ends_at) / 1000]).toEqual([
      true,
      (await kept(subscriptionId)).cancel_at,
    ]);
  });

  it('can be resumed from a schedule too, and then nothing ends', async () => {
    const { user, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.schedule(subscriptionId, { endsInDays: 300 });
    const { body } = await user.client.post('/subscription/resume');
    expect(body).toMatchObject({ status: 'active', cancel_at_period_end: false, ends_at: null });
    expect(await kept(subscriptionId)).toMatchObject({ cancel_at: null, schedule: null });
  });

  it('ends every subscription that would be charged again, also one made in the dashboard', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    const page = await stripe.api.checkout.sessions.create({
      mode: 'subscription',
      customer: customerId,
      line_items: [{ price: SANDBOX_PRO_PRICE_ID, quantity: 1 }],
      success_url: 'https://example.com',
    });
    const second = (await stripe.sandbox.pay(page.id)).subscription!;
    await user.client.post('/subscription/cancel');
    for (const id of [subscriptionId, second])
      expect(await kept(id)).toMatchObject({ cancel_at_period_end: true });
  });

  it('an ended subscription shows its end', async () => {
    const { user, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.cancelNow(subscriptionId);
    const { body } = await user.client.post('/subscription/sync');
    expect(body).toMatchObject({ status: 'canceled', cancel_at_period_end: false });
    expect(Math.abs(Date.parse(body.ends_at) / 1000 - now())).toBeLessThan(60);
  });
});

it('the log holds no key, number, address, page or signature of billing', async () => {
  const { user } = await stripe.subscriber();
  await user.client.patch('/user/me', { email: 'asha@example.com' });
  // Answers of every kind, refusals that repeat what was sent among them.
  for (const outcome of ['http_error', 'rate_limited', 'cut'] as const) {
    await stripe.sandbox.script({ outcome, status: 400, times: outcome === 'cut' ? 2 : 1 });
    await user.client.post('/subscription/sync');
  }
  const portal = await user.client.post('/subscription/portal');
  const event = { id: 'evt_log', object: 'event', type: 'invoice.paid', data: { object: { id: 'in_x' } } };
  const header = stripe.sign(event);
  await stripe.post({ ...event, livemode: true }, { header });
  const secrets = [
    stripe.environment['STRIPE_SECRET_KEY']!,
    stripe.environment['STRIPE_WEBHOOK_SECRET']!,
    user.mobileNumber,
    'asha@example.com',
    portal.body.url as string,
    header.split('v1=')[1]!,
  ];
  expect(secrets.filter((secret) => stripe.product.log.includes(secret))).toEqual([]);
  // It is not because nothing is written.
  expect(stripe.product.log).toContain('StripeInvalidRequestError');
});
