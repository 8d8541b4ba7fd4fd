import type Stripe from 'stripe';
import { SANDBOX_PRO_PRICE_ID, SANDBOX_PRO_YEARLY_PRICE_ID } from './sandbox-keys.js';
import { DAY, HOUR, StripeScene } from './testing.js';

let scene: StripeScene;
beforeEach(async () => {
  scene = await StripeScene.start();
});
afterEach(() => scene.stop());

const endOf = ({ items }: Stripe.Subscription): number => items.data[0]!.current_period_end;
describe('a first payment', () => {
  it('that is not made within 23 hours expires the subscription', async () => {
    const session = await scene.openSession();
    await scene.sandbox.decline(session.id, { incomplete: true });
    await scene.pass(23 * HOUR);
    const { data } = await scene.stripe.subscriptions.list({ status: 'all' });
    expect(data).toMatchObject([{ status: 'incomplete_expired' }]);
    expect((await scene.stripe.invoices.list()).data).toMatchObject([{ status: 'void' }]);
  });

  it('by bank debit is known later; that it failed, too', async () => {
    const session = await scene.openSession();
    await scene.sandbox.pay(session.id, { card: 'bank_debit' });
    const { data } = await scene.stripe.subscriptions.list();
    expect(data).toMatchObject([{ status: 'active' }]);
    await scene.sandbox.endBankDebit(session.id, false);
    expect(await scene.subscription(data[0]!.id)).toMatchObject({ status: 'past_due' });
    expect(await scene.eventTypes()).toContain('checkout.session.async_payment_failed');
  });
});

describe('a renewal', () => {
  it('that is declined once works at the next attempt', async () => {
    const subscription = await scene.subscriber();
    await scene.sandbox.failNextRenewal(subscription.id);
    await scene.pass(endOf(subscription) - scene.now + HOUR);
    expect(await scene.subscription(subscription.id)).toMatchObject({ status: 'past_due' });
    await scene.pass(3 * DAY);
    expect(await scene.subscription(subscription.id)).toMatchObject({ status: 'active' });
    expect((await scene.eventTypes()).filter((type) => type.startsWith('invoice.pa'))).toEqual([
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice.payment_failed',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
  });

  it('that requires confirmation by the bank reports it', async () => {
    const subscription = await scene.subscriber({}, 'needs_action_later');
    await scene.pass(endOf(subscription) - scene.now + HOUR);
    expect(await scene.subscription(subscription.id)).toMatchObject({ status: 'past_due' });
    expect(await scene.eventTypes()).toContain('invoice.payment_action_required');
    const [invoice] = (await scene.stripe.invoices.list()).data;
    await scene.sandbox.payInvoice(invoice!.id, { card: 'works' });
    expect(await scene.subscription(subscription.id)).toMatchObject({ status: 'active' });
  });

  it.each([
    ['cancel', 'canceled'],
    ['unpaid', 'unpaid'],
    ['past_due', 'past_due'],
  ] as const)('that never works ends as the account has it: %s', async (afterRetries, status) => {
    await scene.sandbox.configure({ afterRetries });
    const subscription = await scene.subscriber({}, 'fails_later');
    await scene.pass(endOf(subscription) - scene.now + HOUR);
    await scene.pass(16 * DAY);
    expect(await scene.subscription(subscription.id)).toMatchObject({ status });
    const [invoice] = (await scene.stripe.invoices.list()).data;
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 4, next_payment_attempt: null });
  });

  it('of an unpaid subscription waits for a manual payment', async () => {
    await scene.sandbox.configure({ afterRetries: 'unpaid' });
    const { id, customer } = await scene.subscriber({}, 'fails_later');
    await scene.pass(80 * DAY);
    const { data } = await scene.stripe.invoices.list({ subscription: id });
    expect(data.map(({ status }) => status)).toEqual(['draft', 'open', 'paid']);
    await scene.sandbox.setCard(customer as string, 'works');
    await scene.stripe.invoices.pay(data[1]!.id);
    expect(await scene.subscription(id)).toMatchObject({ status: 'active' });
  });

  it('that is paid manually with a failing card returns a card error and emits an event', async () => {
    const subscription = await scene.subscriber({}, 'fails_later');
    await scene.pass(endOf(subscription) - scene.now + HOUR);
    const [invoice] = (await scene.stripe.invoices.list()).data;
    await expect(scene.stripe.invoices.pay(invoice!.id)).rejects.toMatchObject({
      statusCode: 402,
      type: 'StripeCardError',
      code: 'card_declined',
    });
    expect(await scene.stripe.invoices.retrieve(invoice!.id)).toMatchObject({ attempt_count: 2 });
  });

  it('of a yearly price is charged once a year', async () => {
    const line_items = [{ price: SANDBOX_PRO_YEARLY_PRICE_ID, quantity: 1 }];
    const { id } = await scene.subscriber({ line_items });
    await scene.pass(364 * DAY);
    expect((await scene.stripe.invoices.list({ subscription: id })).data).toHaveLength(1);
    await scene.pass(3 * DAY);
    expect((await scene.stripe.invoices.list({ subscription: id })).data).toHaveLength(2);
  });

  it('happens at the time at which it was due, however late it is noticed', async () => {
    const subscription = await scene.subscriber();
    await scene.pass(40 * DAY);
    const events = await scene.sandbox.webhooks.events();
    const created = (type: string) => events.findLast(({ event }) => event.type === type)!.event.created;
    expect(created('invoice.created')).toBe(endOf(subscription));
    expect(created('invoice.paid')).toBe(endOf(subscription) + HOUR);
  });
});

describe('a trial', () => {
  const trial = (missing_payment_method?: 'cancel' | 'pause') => ({
    subscription_data: {
      trial_period_days: 7,
      ...(missing_payment_method && { trial_settings: { end_behavior: { missing_payment_method } } }),
    },
    ...(missing_payment_method && { payment_method_collection: 'if_required' as const }),
  });

  it('announces its end three days before', async () => {
    const { id } = await scene.subscriber(trial());
    await scene.pass(3 * DAY);
    expect(await scene.eventTypes()).not.toContain('customer.subscription.trial_will_end');
    await scene.pass(DAY);
    expect((await scene.eventTypes()).at(-1)).toBe('customer.subscription.trial_will_end');
    await scene.pass(4 * DAY);
    expect(await scene.subscription(id)).toMatchObject({ status: 'active' });
  });

  it.each([
    ['cancel', 'canceled'],
    ['pause', 'paused'],
  ] as const)('without a card ends as it was agreed: %s', async (agreed, status) => {
    const { id } = await scene.subscriber(trial(agreed));
    await scene.pass(7 * DAY);
    expect(await scene.subscription(id)).toMatchObject({ status });
  });

  it('ends on request', async () => {
    const { id } = await scene.subscriber(trial());
    expect(await scene.stripe.subscriptions.update(id, { trial_end: 'now' })).toMatchObject({
      status: 'active',
    });
    const later = scene.now + 3 * DAY;
    await scene.stripe.subscriptions.update(id, { trial_end: later });
    expect(await scene.subscription(id)).toMatchObject({ status: 'trialing', trial_end: later });
  });

  it('that is cancelled ends with the trial, unpaid for', async () => {
    const { id } = await scene.subscriber(trial());
    await scene.stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await scene.pass(8 * DAY);
    expect(await scene.subscription(id)).toMatchObject({ status: 'canceled' });
    expect((await scene.stripe.charges.list()).data).toEqual([]);
  });
});

describe('a subscription', () => {
  it('that is paused is not renewed; resumed, it is paid for again', async () => {
    const subscription = await scene.subscriber();
    await scene.sandbox.pause(subscription.id);
    await scene.pass(endOf(subscription) - scene.now + DAY);
    expect((await scene.stripe.invoices.list()).data).toHaveLength(1);
    const resumed = await scene.stripe.subscriptions.resume(subscription.id, {
      billing_cycle_anchor: { type: 'now' },
    });
    expect(resumed).toMatchObject({ status: 'active', billing_cycle_anchor: scene.now });
    expect((await scene.stripe.invoices.list()).data).toMatchObject([{ status: 'paid' }, { status: 'paid' }]);
    const types = await scene.eventTypes();
    expect(types).toContain('customer.subscription.paused');
    expect(types).toContain('customer.subscription.resumed');
    await expect(scene.stripe.subscriptions.resume(subscription.id)).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  it.each([
    ['void', 'void'],
    ['mark_uncollectible', 'uncollectible'],
    ['keep_as_draft', 'draft'],
  ] as const)('whose collection is paused (%s) continues, its invoices do not', async (behavior, status) => {
    const subscription = await scene.subscriber();
    await scene.stripe.subscriptions.update(subscription.id, {
      pause_collection: { behavior, resumes_at: endOf(subscription) + DAY },
    });
    await scene.pass(endOf(subscription) - scene.now + 2 * HOUR);
    expect(await scene.subscription(subscription.id)).toMatchObject({ status: 'active' });
    expect((await scene.stripe.invoices.list()).data).toMatchObject([{ status }, { status: 'paid' }]);
    await scene.pass(DAY);
    expect(await scene.subscription(subscription.id)).toMatchObject({ pause_collection: null });
  });

  it('that is cancelled in the portal is resumed only by the same field', async () => {
    const { id } = await scene.subscriber();
    await scene.sandbox.cancelAtPeriodEnd(id);
    const flag = { cancel_at_period_end: false };
    expect(await scene.stripe.subscriptions.update(id, flag)).toMatchObject({
      cancel_at: expect.any(Number),
    });
    expect(await scene.stripe.subscriptions.update(id, { cancel_at: '' })).toMatchObject({ cancel_at: null });
  });

  it('ends at any given time', async () => {
    const { id } = await scene.subscriber();
    await scene.stripe.subscriptions.update(id, { cancel_at: scene.now + 5 * DAY });
    await scene.pass(5 * DAY);
    expect(await scene.subscription(id)).toMatchObject({ status: 'canceled' });
  });

  it('stores the reason of its cancellation', async () => {
    const { id } = await scene.subscriber();
    await scene.stripe.subscriptions.cancel(id, {
      cancellation_details: { feedback: 'too_expensive', comment: 'dear' },
    });
    expect((await scene.subscription(id)).cancellation_details).toMatchObject({
      reason: 'cancellation_requested',
      feedback: 'too_expensive',
      comment: 'dear',
    });
  });

  it('that moves to the yearly price is paid for by the year from now on', async () => {
    const { id, items } = await scene.subscriber();
    await scene.pass(10 * DAY);
    await scene.stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]!.id, price: SANDBOX_PRO_YEARLY_PRICE_ID }],
    });
    const moved = await scene.subscription(id);
    expect(moved.items.data[0]!.price.id).toBe(SANDBOX_PRO_YEARLY_PRICE_ID);
    expect(endOf(moved) - scene.now).toBeGreaterThan(360 * DAY);
    expect((await scene.stripe.invoices.list()).data[0]).toMatchObject({ amount_paid: 20_000 });
  });

  it('can be made without a checkout', async () => {
    const { id: customer } = await scene.newCustomer();
    const made = await scene.stripe.subscriptions.create({
      customer,
      items: [{ price: SANDBOX_PRO_PRICE_ID }],
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice'],
    });
    expect(made).toMatchObject({ status: 'incomplete', latest_invoice: { status: 'draft' } });
  });
});

describe('money that goes back', () => {
  it('emits an event that leads from the charge to the subscription', async () => {
    const { id } = await scene.subscriber();
    const refund = await scene.sandbox.refund({ subscription: id }, { amount: 500 });
    const charge = await scene.stripe.charges.retrieve(refund.charge!);
    expect(charge).toMatchObject({ amount_refunded: 500, refunded: false });
    const payments = await scene.stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: charge.payment_intent as string },
      expand: ['data.invoice'],
    });
    expect(payments.data).toMatchObject([
      { status: 'paid', invoice: { parent: { subscription_details: { subscription: id } } } },
    ]);
    await scene.stripe.refunds.create({ charge: charge.id });
    expect(await scene.stripe.charges.retrieve(charge.id, { expand: ['refunds'] })).toMatchObject({
      refunded: true,
      refunds: { data: [{ amount: 500 }, { amount: 1500 }] },
    });
    expect((await scene.eventTypes()).filter((type) => type === 'charge.refunded')).toHaveLength(2);
    await expect(scene.stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });
  });

  it.each(['won', 'lost'] as const)('after a dispute that is %s emits an event', async (outcome) => {
    const { id } = await scene.subscriber();
    const { id: dispute, charge } = await scene.sandbox.openDispute({ subscription: id });
    expect(await scene.stripe.charges.retrieve(charge)).toMatchObject({ disputed: true });
    await scene.sandbox.closeDispute(dispute, outcome);
    expect(await scene.stripe.disputes.retrieve(dispute)).toMatchObject({ status: outcome });
    expect((await scene.stripe.disputes.list({ charge })).data).toHaveLength(1);
    expect((await scene.eventTypes()).slice(-2)).toEqual(['charge.dispute.created', 'charge.dispute.closed']);
  });
});

it('that is deleted has no subscriptions', async () => {
  const { id, customer } = await scene.subscriber();
  await scene.sandbox.deleteCustomer(customer as string);
  expect(await scene.subscription(id)).toMatchObject({ status: 'canceled', customer });
  expect((await scene.eventTypes()).slice(-2)).toEqual(['customer.subscription.deleted', 'customer.deleted']);
});
