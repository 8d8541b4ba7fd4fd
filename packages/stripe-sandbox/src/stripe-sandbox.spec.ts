import { SANDBOX_PRO_PRICE_ID } from './sandbox-keys.js';
import { DAY, HOUR, StripeScene } from './testing.js';

let scene: StripeScene;
beforeAll(async () => {
  scene = await StripeScene.start();
});
afterAll(() => scene.stop());

it('pro is on sale, by the month and by the year', async () => {
  const price = await scene.stripe.prices.retrieve(SANDBOX_PRO_PRICE_ID, { expand: ['product'] });
  expect(price).toMatchObject({
    unit_amount: 2000,
    recurring: { interval: 'month' },
    product: { name: 'Pro' },
  });
  expect(price.unit_amount_decimal?.toString()).toBe('2000');
  const { data } = await scene.stripe.prices.list({ lookup_keys: ['pro_yearly'] });
  expect(data).toMatchObject([{ recurring: { interval: 'year' } }]);
});

describe('a checkout', () => {
  it('that is paid makes a subscription, its invoice and its payment', async () => {
    const session = await scene.openSession({
      client_reference_id: 'user-1',
      metadata: { user_id: 'user-1' },
      subscription_data: { metadata: { user_id: 'user-1' } },
    });
    expect(session).toMatchObject({ status: 'open', payment_status: 'unpaid', amount_total: 2000 });
    expect(session.url).toBe(`http://product.example/sandbox/stripe/checkout/${session.id}`);
    await scene.sandbox.pay(session.id);
    const paid = await scene.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription.latest_invoice.payments', 'line_items', 'customer'],
    });
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      customer: { email: 'ada@example.com' },
      line_items: { data: [{ quantity: 1 }] },
      subscription: {
        status: 'active',
        metadata: { user_id: 'user-1' },
        latest_invoice: { status: 'paid', amount_paid: 2000, billing_reason: 'subscription_create' },
      },
    });
  });

  it('that is declined stays open, and can be paid after all', async () => {
    const session = await scene.openSession();
    await scene.sandbox.decline(session.id);
    expect(await scene.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'open' });
    await scene.sandbox.pay(session.id);
    expect(await scene.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'complete' });
  });

  it('that leaves an incomplete subscription pays for that subscription at the next attempt', async () => {
    const session = await scene.openSession();
    await scene.sandbox.decline(session.id, { incomplete: true });
    const customer = session.customer as string;
    const before = await scene.stripe.subscriptions.list({ customer });
    expect(before.data).toMatchObject([{ status: 'incomplete' }]);
    await scene.sandbox.pay(session.id);
    const after = await scene.stripe.subscriptions.list({ customer });
    expect(after.data).toMatchObject([{ id: before.data[0]!.id, status: 'active' }]);
  });

  it('expires after a day, or on request', async () => {
    const [left, ended] = [await scene.openSession(), await scene.openSession()];
    expect(await scene.stripe.checkout.sessions.expire(ended.id)).toMatchObject({
      status: 'expired',
      url: null,
    });
    await expect(scene.stripe.checkout.sessions.expire(ended.id)).rejects.toMatchObject({ statusCode: 400 });
    await scene.pass(DAY);
    expect(await scene.stripe.checkout.sessions.retrieve(left.id)).toMatchObject({ status: 'expired' });
    await expect(scene.sandbox.pay(left.id)).rejects.toThrow('expired');
  });
});

describe('a subscription', () => {
  it('renews every month at its hour, with an invoice that is charged an hour later', async () => {
    const { id, items } = await scene.subscriber();
    const firstEnd = items.data[0]!.current_period_end;
    await scene.pass(firstEnd - scene.now);
    const renewed = await scene.stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] });
    expect(renewed.items.data[0]!.current_period_start).toBe(firstEnd);
    expect(renewed.latest_invoice).toMatchObject({ status: 'draft', billing_reason: 'subscription_cycle' });
    await scene.pass(HOUR);
    const { data } = await scene.stripe.invoices.list({ subscription: id });
    expect(data).toMatchObject([{ status: 'paid' }, { status: 'paid' }]);
    expect(data[0]!.parent!.subscription_details!.subscription).toBe(id);
  });

  it('renews several times at once, each time when it was due', async () => {
    const { id, start_date: start } = await scene.subscriber();
    await scene.pass(95 * DAY);
    const { data } = await scene.stripe.invoices.list({ subscription: id });
    expect(data).toHaveLength(4);
    expect(data.every(({ status }) => status === 'paid')).toBe(true);
    const at = new Date(data[2]!.created * 1000);
    expect(at.getUTCHours()).toBe(new Date(start * 1000).getUTCHours());
  });

  it('whose card fails is past due, is charged again, and ends', async () => {
    const { id, items } = await scene.subscriber({}, 'fails_later');
    await scene.pass(items.data[0]!.current_period_end - scene.now + HOUR);
    expect(await scene.subscription(id)).toMatchObject({ status: 'past_due' });
    await scene.pass(3 * DAY);
    const [invoice] = (await scene.stripe.invoices.list({ subscription: id })).data;
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 2 });
    await scene.pass(12 * DAY);
    expect(await scene.subscription(id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    });
  });

  it('whose card works again becomes active', async () => {
    const { id, customer, items } = await scene.subscriber({}, 'fails_later');
    await scene.pass(items.data[0]!.current_period_end - scene.now + HOUR);
    await scene.sandbox.setCard(customer as string, 'works');
    await scene.pass(3 * DAY);
    expect(await scene.subscription(id)).toMatchObject({ status: 'active' });
  });

  it('that is cancelled at the end of its period runs until then, and the cancellation can be taken back', async () => {
    const { id, items } = await scene.subscriber();
    const end = items.data[0]!.current_period_end;
    const update = (cancel: boolean) =>
      scene.stripe.subscriptions.update(id, { cancel_at_period_end: cancel });
    expect(await update(true)).toMatchObject({
      status: 'active',
      cancel_at: end,
      cancel_at_period_end: true,
    });
    expect(await update(false)).toMatchObject({
      cancel_at: null,
      canceled_at: null,
      cancel_at_period_end: false,
    });
    await update(true);
    await scene.pass(end - scene.now);
    expect(await scene.subscription(id)).toMatchObject({ status: 'canceled', ended_at: end });
    await scene.pass(40 * DAY);
    expect((await scene.stripe.invoices.list({ subscription: id })).data).toHaveLength(1);
  });

  it('on trial costs nothing until the trial ends', async () => {
    const { id, trial_end: end } = await scene.subscriber({ subscription_data: { trial_period_days: 7 } });
    expect(await scene.subscription(id)).toMatchObject({ status: 'trialing' });
    await scene.pass(end! - scene.now + HOUR);
    expect(await scene.subscription(id)).toMatchObject({ status: 'active' });
    const { data } = await scene.stripe.invoices.list({ subscription: id });
    expect(data.map(({ amount_paid }) => amount_paid)).toEqual([2000, 0]);
  });

  it('that is cancelled ends at once and cannot be changed', async () => {
    const { id } = await scene.subscriber();
    expect(await scene.stripe.subscriptions.cancel(id)).toMatchObject({ status: 'canceled' });
    await expect(scene.stripe.subscriptions.cancel(id)).rejects.toMatchObject({ code: 'resource_missing' });
    await expect(scene.stripe.subscriptions.update(id, { cancel_at_period_end: true })).rejects.toThrow(
      'canceled',
    );
  });
});
