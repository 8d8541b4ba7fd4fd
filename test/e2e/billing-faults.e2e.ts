import { MemoryStripeStore, StripeSandbox } from '@chat-backend/stripe-sandbox';
import { eventually } from '../support/eventually.js';
import type { Product } from '../support/product.js';
import { startTwin } from '../support/rooms.js';
import { statusOf, StripeScenario } from '../support/stripe-scenario.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const DAY = 86_400;

let stripe: StripeScenario;
/** Where the process that sells yearly has Stripe. */
let wire: TcpProxy;
/** A second process, which sells Pro by the year. Without a worker: jobs are done by the first one. */
let yearly: Product;
beforeAll(async () => {
  // No webhooks: the state is known only from calls to Stripe.
  stripe = await StripeScenario.start({}, { listens: false });
  wire = await TcpProxy.to(stripe.sandbox.url);
  yearly = await startTwin(stripe.product, {
    ...stripe.environment,
    STRIPE_API_BASE: wire.url.replace(/\/$/, ''),
    STRIPE_PRICE_PRO_ID: 'price_sandbox_pro_yearly',
    WORKER: 'separate',
  });
});
afterAll(async () => {
  await yearly.close();
  await wire.close();
  await stripe.stop();
});

const customerOf = async (userId: string) =>
  (
    await stripe.product.rows<{ customer_id: string | null }>(
      'select customer_id from billing_accounts where user_id = $1',
      [userId],
    )
  )[0]?.customer_id;
/** Requests the closing as the deletion of the account does. */
const close = (userId: string) =>
  stripe.product.rows('update billing_accounts set closing_at = now() where user_id = $1', [userId]);
const untilClosed = (userId: string) =>
  eventually(
    async () =>
      (
        await stripe.product.rows<{ closed: boolean }>(
          'select closed_at is not null as closed from billing_accounts where user_id = $1',
          [userId],
        )
      )[0]!.closed,
  );

describe('a paid subscription is not lost', () => {
  it('by a process with an unknown price', async () => {
    const { user, customerId } = await stripe.subscriber();
    const wrong = await startTwin(stripe.product, {
      ...stripe.environment,
      STRIPE_PRICE_PRO_ID: 'price_typo',
      WORKER: 'separate',
    });
    // It counts no subscription as Pro, and sells no price that does not exist.
    const { status } = await wrong.client.as(user.token).post('/subscribe/pro');
    expect(status).toBe(409);
    const buyer = await stripe.newUser();
    const refused = await wrong.client.as(buyer.token).post('/subscribe/pro');
    expect([refused.status, refused.body.code]).toEqual([503, 'billing_misconfigured']);
    await wrong.close();
    expect(await customerOf(user.id)).toBe(customerId);
    expect((await user.client.post('/subscription/sync')).body).toMatchObject({
      tier: 'pro',
      status: 'active',
    });
  });

  it('by a process with the key of another account', async () => {
    const { user, customerId } = await stripe.subscriber();
    const other = new StripeSandbox({
      clock: stripe.clock,
      store: new MemoryStripeStore(),
      pagesUrl: () => 'http://pages.invalid',
    });
    wire.aim(await other.listen());
    wire.reset();
    const refused = await yearly.client.as(user.token).post('/subscribe/pro');
    expect([refused.status, refused.body.code]).toEqual([503, 'billing_misconfigured']);
    wire.aim(stripe.sandbox.url);
    wire.reset();
    await other.close();
    expect(await customerOf(user.id)).toBe(customerId);
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('pro');
  });

  it('because an expired first payment is removed twice', async () => {
    const user = await stripe.newUser();
    await stripe.sandbox.decline(await stripe.checkout(user), { incomplete: true });
    // The connection is cut after the work, and the SDK repeats the call for an object that is deleted already.
    await stripe.sandbox.script({ match: 'DELETE /v1/subscriptions/:id', outcome: 'after' });
    await stripe.sandbox.pay(await stripe.checkout(user));
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('pro');
    const { customers, goingOn, openPages } = await stripe.whatIsLeftOf(user.id);
    expect([customers.length, goingOn, openPages]).toEqual([1, 1, 0]);
  });

  it('by a reconciliation that failed: the next one succeeds', async () => {
    const user = await stripe.newUser();
    await stripe.sandbox.pay(await stripe.checkout(user));
    await stripe.sandbox.script({ match: 'GET /v1/subscriptions', outcome: 'http_error', times: 1000 });
    await expect(stripe.operator('reconcile')).rejects.toMatchObject({
      stdout: expect.stringMatching(/[1-9]\d* could not be/),
    });
    await stripe.sandbox.clearScripts();
    // A night later.
    await stripe.product.rows(
      `update billing_reconciliations set started_at = started_at + interval '2 hours', finished_at = finished_at + interval '2 hours'`,
    );
    await stripe.operator('reconcile');
    expect((await statusOf(user)).tier).toBe('pro');
  });
});

describe('an unpaid subscription gives no Pro', () => {
  it('by a cancellation a year ahead', async () => {
    const { user, customerId, subscriptionId } = await stripe.subscriber();
    const end = Date.parse((await statusOf(user)).current_period_end) / 1000;
    await stripe.api.subscriptions.update(subscriptionId, { cancel_at: Math.round(end + 300 * DAY) });
    await stripe.sandbox.setCard(customerId, 'declines');
    await user.client.post('/subscription/sync');
    const [row] = await stripe.product.rows<{ tier_ends_at: Date }>(
      'select tier_ends_at from users where id = $1',
      [user.id],
    );
    expect(row!.tier_ends_at.getTime() / 1000).toBeCloseTo(end + 7 * DAY, 0);
  });

  it('by a debit that fails days later', async () => {
    const user = await stripe.newUser();
    const session = await stripe.checkout(user);
    await stripe.sandbox.pay(session, { card: 'bank_debit' });
    await user.client.post('/subscription/sync');
    await stripe.sandbox.endBankDebit(session, false);
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('basic');
  });

  it('by a move to another price, and no second subscription is sold', async () => {
    const { user } = await stripe.subscriber();
    const there = yearly.client.as(user.token);
    expect((await there.post('/subscription/sync')).body).toMatchObject({ tier: 'basic', status: 'active' });
    expect((await there.post('/subscribe/pro')).body.code).toBe('already_subscribed');
    expect((await user.client.post('/subscription/sync')).body.tier).toBe('pro');
  });
});

describe('a closed account leaves no subscription and no customer at Stripe', () => {
  it('although the connection is cut after each step', async () => {
    const { user } = await stripe.subscriber();
    for (const match of ['DELETE /v1/subscriptions/:id', 'DELETE /v1/customers/:id'])
      await stripe.sandbox.script({ match, outcome: 'after' });
    await close(user.id);
    await untilClosed(user.id);
    expect(await stripe.whatIsLeftOf(user.id)).toEqual({ customers: [], goingOn: 0, openPages: 0 });
    expect(await stripe.product.rows('select id from subscriptions where user_id = $1', [user.id])).toEqual(
      [],
    );
  });

  it('although the answer to the first step of all was lost', async () => {
    const user = await stripe.newUser();
    await stripe.product.rows(`update users set name = 'Asha', email = 'asha@example.com' where id = $1`, [
      user.id,
    ]);
    await stripe.sandbox.script({ match: 'POST /v1/customers', outcome: 'after', times: 2 });
    expect((await user.client.post('/subscribe/pro')).status).toBe(503);
    await close(user.id);
    await untilClosed(user.id);
    expect((await stripe.whatIsLeftOf(user.id)).customers).toEqual([]);
  });

  it('although a checkout was being opened', async () => {
    const user = await stripe.newUser();
    await stripe.sandbox.script({ match: 'POST /v1/customers', outcome: 'slow', delayMs: 900 });
    const opening = user.client.post('/subscribe/pro');
    await stripe.sandbox.waitForCall(
      ({ method, params }) => method === 'POST' && JSON.stringify(params).includes(user.id),
    );
    await close(user.id);
    await opening;
    await untilClosed(user.id);
    expect(await stripe.whatIsLeftOf(user.id)).toEqual({ customers: [], goingOn: 0, openPages: 0 });
  });

  it('a late answer about the account writes nothing', async () => {
    const { user } = await stripe.subscriber();
    await stripe.sandbox.script({ match: 'GET /v1/invoices', outcome: 'slow', delayMs: 1200 });
    const asking = user.client.post('/subscription/sync');
    await close(user.id);
    await untilClosed(user.id);
    await asking;
    expect(await stripe.product.rows('select id from subscriptions where user_id = $1', [user.id])).toEqual(
      [],
    );
  });
});

it('a server error of Stripe for a new customer is not replayed to the next try', async () => {
  const user = await stripe.newUser();
  await stripe.sandbox.script({ match: 'POST /v1/customers', outcome: 'http_error', status: 500 });
  expect((await user.client.post('/subscribe/pro')).status).toBe(503);
  expect((await user.client.post('/subscribe/pro')).status).toBe(201);
  const keys = stripe.sandbox.calls.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
  expect(keys).toContain(`customer:${user.id}:2`);
});

it('a page that is paid while another is opened: a clear answer, one subscription', async () => {
  const user = await stripe.newUser();
  const first = await stripe.checkout(user);
  await stripe.sandbox.script({
    match: 'POST /v1/checkout/sessions/:id/expire',
    outcome: 'slow',
    delayMs: 600,
  });
  const other = yearly.client.as(user.token).post('/subscribe/pro');
  await stripe.sandbox.waitForCall(({ path }) => path === `/v1/checkout/sessions/${first}/expire`);
  await stripe.sandbox.pay(first);
  const { status, headers } = await other;
  expect([status, headers.has('retry-after')]).toEqual([503, true]);
  expect((await yearly.client.as(user.token).post('/subscribe/pro')).body.code).toBe('already_subscribed');
  expect((await stripe.whatIsLeftOf(user.id)).goingOn).toBe(1);
  expect((await user.client.post('/subscription/sync')).body.tier).toBe('pro');
});
