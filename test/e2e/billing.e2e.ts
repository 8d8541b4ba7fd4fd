import { SANDBOX_PRO_PRICE_ID } from '@chat-backend/stripe-sandbox';
import { eventually } from '../support/eventually.js';
import type { TestUser } from '../support/people.js';
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

describe('one customer, one page, one subscription', () => {
  it('fifty parallel subscribes make one customer and one session', async () => {
    const user = await stripe.newUser();
    stripe.sandbox.forgetCalls();
    const answers = await Promise.all(Array.from({ length: 50 }, () => user.client.post('/subscribe/pro')));
    expect(new Set(answers.map(({ body }) => body.session_id)).size).toBe(1);
    const [customers, sessions] = await stripe.sandbox.look((state) => [
      Object.values(state.customers).filter(({ metadata }) => metadata['user_id'] === user.id).length,
      Object.values(state.sessions).filter((one) => one.client_reference_id === user.id).length,
    ]);
    expect([customers, sessions]).toEqual([1, 1]);
  });

  it('parallel subscribes of two processes with different bodies leave one open page', async () => {
    const twin = await stripe.startProduct();
    const user = await stripe.newUser();
    const ask = (at = stripe.product, path = '/') =>
      at.client.as(user.token).post('/subscribe/pro', { success_url: `http://localhost:5173${path}` });
    const answers = await Promise.all([ask(), ask(twin, '/a'), ask(stripe.product, '/b'), ask(twin)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.session_id)).size).toBe(1);
  });

  it('a paid page whose event has not arrived is not opened again', async () => {
    const user = await stripe.newUser();
    await stripe.sandbox.webhooks.next('never', { times: 20 });
    await stripe.sandbox.pay(await stripe.checkout(user));
    expect((await user.client.post('/subscribe/pro')).body.code).toBe('already_subscribed');
    expect((await statusOf(user)).tier).toBe('pro');
  });

  it('an expired page is replaced', async () => {
    const user = await stripe.newUser();
    const first = await stripe.checkout(user);
    await stripe.pass(DAY + 60);
    expect(await stripe.checkout(user)).not.toBe(first);
  });

  it('a customer deleted at Stripe is replaced', async () => {
    const { user, customerId } = await stripe.subscriber();
    await stripe.sandbox.deleteCustomer(customerId);
    await becomes(user, 'basic');
    const session = await stripe.checkout(user);
    const customer = await stripe.sandbox.look(({ sessions }) => sessions[session]!.customer);
    expect(customer).not.toBe(customerId);
  });

  it('with an Idempotency-Key: the same page, also after it was paid', async () => {
    const user = await stripe.newUser();
    const call = (key: string, body?: object) =>
      user.client.post('/subscribe/pro', body, { headers: { 'idempotency-key': key } });
    const first = await call('k');
    const again = await call('k');
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await stripe.sandbox.pay(first.body.session_id);
    expect((await call('k')).body.session_id).toBe(first.body.session_id);
    expect((await call('k', { success_url: 'http://localhost:1/' })).body.code).toBe(
      'idempotency_key_reused',
    );
    expect((await call('l')).body.code).toBe('already_subscribed');
  });
});

describe('return addresses', () => {
  it.each([
    ['https://evil.example/', 'not_allowed'],
    ['https://localhost.evil.example/', 'not_allowed'],
    ['http://localhost:5173@evil.example/', 'invalid'],
    ['javascript:alert(1)', 'invalid'],
    ['//evil.example', 'invalid'],
    ['ftp://localhost/', 'invalid'],
    ['', 'too_short'],
  ])('%s is refused', async (success_url, code) => {
    const user = await stripe.newUser();
    const { status, body } = await user.client.post('/subscribe/pro', { success_url });
    expect([status, body.errors[0]]).toEqual([400, expect.objectContaining({ field: 'success_url', code })]);
  });

  it('an allowed one is used unchanged, and our own pages grant nothing', async () => {
    const user = await stripe.newUser();
    const success_url = 'http://localhost:5173/thanks?id={CHECKOUT_SESSION_ID}';
    const { body } = await user.client.post('/subscribe/pro', { success_url });
    const session = await stripe.sandbox.look(({ sessions }) => sessions[body.session_id as string]!);
    expect(session).toMatchObject({ success_url, cancel_url: `${stripe.product.url}/subscribe/cancel` });
    for (const page of ['success', 'cancel']) {
      const { status, text } = await user.client.get(`/subscribe/${page}?session_id=${body.session_id}`);
      expect([status, text.slice(0, 15)]).toEqual([200, '<!doctype html>']);
    }
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('basic');
  });

  it('a price that is none of Pro’s is refused', async () => {
    const user = await stripe.newUser();
    const { body } = await user.client.post('/subscribe/pro', { price_id: 'price_of_something_else' });
    expect(body.errors[0]).toMatchObject({ field: 'price_id', code: 'not_allowed' });
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

describe('a refusal of Stripe’s', () => {
  it('of a prefilled field does not block the checkout, and the other fields are prefilled', async () => {
    const user = await stripe.newUser();
    await user.client.patch('/user/me', { email: 'jörg@example.com', name: 'Jörg' });
    const session = await stripe.checkout(user);
    const [customer] = (await stripe.whatIsLeftOf(user.id)).customers;
    expect(customer).toMatchObject({ email: null, name: 'Jörg', phone: user.mobileNumber });
    expect(session).toMatch(/^cs_/);
    const line =
      /StripeInvalidRequestError email_invalid 400 email: Invalid email address: … \(request req_\w+\)/;
    await eventually(() => line.test(stripe.product.log));
    expect(stripe.product.log).not.toContain('jörg@');
  });

  it('because of another currency is 409 and says what to do', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.cancelNow(subscriptionId);
    await becomes(user, 'basic');
    await stripe.sandbox.setCurrency(customerId, 'eur');
    const { status, body } = await user.client.post('/subscribe/pro');
    expect([status, body.code, body.reason]).toEqual([409, 'billing_refused', 'currency_mismatch']);
    expect(body.detail).toContain('another currency');
  });

  it('because the portal is not set up is 503, and the log tells the operator', async () => {
    const { user } = await stripe.subscriber();
    await stripe.sandbox.configure({ hasPortal: false });
    const { status, body, headers } = await user.client.post('/subscription/portal');
    await stripe.sandbox.configure({ hasPortal: true });
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'billing_misconfigured', '300']);
    await eventually(() => stripe.product.log.includes('default configuration has not been created'));
  });
});

describe('Pro', () => {
  it('a renewal keeps it, and a cancelled period ends it to the second', async () => {
    const { user, subscriptionId } = await stripe.subscriber();
    const end = async () => Date.parse((await statusOf(user)).current_period_end) / 1000;
    const first = await end();
    await stripe.pass(first - stripe.clock.now().getTime() / 1000 + 60);
    await becomesLater(user, first);
    await user.client.post('/subscription/cancel');
    const second = await end();
    await stripe.sandbox.webhooks.setMode('never');
    const left = Math.floor(second - stripe.clock.now().getTime() / 1000);
    await stripe.pass(left - 5);
    expect((await statusOf(user)).tier).toBe('pro');
    await stripe.pass(7);
    // No event came: it ends by itself.
    expect(await statusOf(user)).toMatchObject({ tier: 'basic', source: null });
    await stripe.sandbox.webhooks.setMode('normal');
    expect(subscriptionId).toMatch(/^sub_/);
  });

  it('a missed payment leads to a visible grace period, then Basic, and to Pro when it arrives', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    await stripe.sandbox.setCard(customerId, 'declines');
    const due = Date.parse((await statusOf(user)).current_period_end) / 1000;
    await stripe.pass(due - stripe.clock.now().getTime() / 1000 + 2 * 3600);
    await user.client.post('/subscription/sync');
    const status = await statusOf(user);
    expect(status).toMatchObject({ tier: 'pro', status: 'past_due', payment_problem: 'payment_failed' });
    const grace = Date.parse(status.grace_ends_at) / 1000;
    expect(Math.abs(grace - due - 7 * DAY)).toBeLessThanOrEqual(1);
    // Stripe retries the payment for longer than our grace.
    await stripe.pass(grace - stripe.clock.now().getTime() / 1000 + 2);
    expect((await statusOf(user)).tier).toBe('basic');
    await stripe.sandbox.setCard(customerId, 'works');
    const invoice = await stripe.sandbox.look(
      ({ subscriptions }) => subscriptions[subscriptionId]!.latest_invoice,
    );
    await stripe.sandbox.payInvoice(invoice as string);
    await becomes(user, 'pro');
  });

  it('a full refund ends it at once, a partial refund does not, a dispute does when lost', async () => {
    const { user, subscriptionId: subscription } = await stripe.subscriber();
    await stripe.sandbox.refund({ subscription }, { amount: 100 });
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('pro');
    await stripe.sandbox.refund({ subscription });
    await becomes(user, 'basic');
    const disputed = await stripe.subscriber();
    const { id } = await stripe.sandbox.openDispute({ subscription: disputed.subscriptionId });
    expect((await disputed.user.client.post('/subscription/sync')).body.tier).toBe('pro');
    await stripe.sandbox.closeDispute(id, 'lost');
    await becomes(disputed.user, 'basic');
    const won = await stripe.subscriber();
    const dispute = await stripe.sandbox.openDispute({ subscription: won.subscriptionId });
    await stripe.sandbox.closeDispute(dispute.id, 'won');
    expect((await won.user.client.post('/subscription/sync')).body.tier).toBe('pro');
  });

  it('a refund of last month does not end a month settled by credit, and a refund of this month’s payment does', async () => {
    const { user, customerId, subscriptionId: subscription } = await stripe.subscriber();
    const chargeOf = () =>
      stripe.sandbox.look(
        ({ charges }) => Object.values(charges).findLast(({ customer }) => customer === customerId)!.id,
      );
    const last = await chargeOf();
    await stripe.sandbox.giveCredit(customerId, 2000);
    const renew = async () => {
      const end = Date.parse((await statusOf(user)).current_period_end) / 1000;
      await stripe.pass(end - stripe.clock.now().getTime() / 1000 + 2 * 3600);
      await user.client.post('/subscription/sync');
    };
    await renew();
    await stripe.sandbox.refund({ charge: last });
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('pro');
    await renew();
    await stripe.sandbox.refund({ charge: await chargeOf() });
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('basic');
    expect(subscription).toMatch(/^sub_/);
  });

  it.each([
    ['void', 'basic'],
    ['keep_as_draft', 'pro'],
    ['mark_uncollectible', 'pro'],
  ] as const)(
    'collection that is paused as %s: told, and %s after what was paid for',
    async (behaviour, tier) => {
      const { user, subscriptionId } = await stripe.subscriber();
      await stripe.sandbox.pauseCollection(subscriptionId, behaviour);
      const paid = (await user.client.post('/subscription/sync')).body;
      expect(paid).toMatchObject({
        tier: 'pro',
        payment_problem: 'collection_paused',
        cancel_at_period_end: false,
      });
      expect(paid.ends_at).toBe(behaviour === 'void' ? paid.current_period_end : null);
      for (let month = 0; month < (behaviour === 'void' ? 2 : 1); month += 1) {
        const end = Date.parse((await statusOf(user)).current_period_end) / 1000;
        await stripe.pass(end - stripe.clock.now().getTime() / 1000 + 2 * 3600);
        const { body } = await user.client.post('/subscription/sync');
        expect([body.tier, body.status, body.payment_problem]).toEqual([tier, 'active', 'collection_paused']);
      }
      await stripe.sandbox.pauseCollection(subscriptionId, null);
      expect((await user.client.post('/subscription/sync')).body).toMatchObject({
        tier: 'pro',
        payment_problem: null,
      });
    },
  );

  it('a change takes effect on every process with the next request', async () => {
    const twin = await stripe.startProduct();
    const { user, subscriptionId } = await stripe.subscriber();
    const there = async () => (await twin.client.as(user.token).get('/user/me')).body.tier;
    expect(await there()).toBe('pro');
    await stripe.sandbox.cancelNow(subscriptionId);
    await user.client.post('/subscription/sync');
    expect(await there()).toBe('basic');
  });
});

const becomesLater = async (user: TestUser, than: number): Promise<void> => {
  await user.client.post('/subscription/sync');
  expect(Date.parse((await statusOf(user)).current_period_end) / 1000).toBeGreaterThan(than);
};

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
