import { eventually } from '../support/eventually.js';
import type { Product } from '../support/product.js';
import { becomes, statusOf, StripeScenario } from '../support/stripe-scenario.js';

const DAY = 86_400;

let stripe: StripeScenario;
let twin: Product;
beforeAll(async () => {
  stripe = await StripeScenario.start({ BASIC_DAILY_LIMIT: '1' });
  twin = await stripe.startProduct({ WORKER: 'separate' });
});
afterAll(() => stripe.stop());

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

it('a change takes effect on every process with the next request', async () => {
  const { user, subscriptionId } = await stripe.subscriber();
  const there = async () => (await twin.client.as(user.token).get('/user/me')).body.tier;
  expect(await there()).toBe('pro');
  await stripe.sandbox.cancelNow(subscriptionId);
  await user.client.post('/subscription/sync');
  expect(await there()).toBe('basic');
});
