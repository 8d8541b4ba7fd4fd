import type { TestUser } from '../support/people.js';
import { becomes, statusOf, StripeScenario } from '../support/stripe-scenario.js';

const DAY = 86_400;

let stripe: StripeScenario;
beforeAll(async () => {
  stripe = await StripeScenario.start({ BASIC_DAILY_LIMIT: '1' });
});
afterAll(() => stripe.stop());

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
});

const becomesLater = async (user: TestUser, than: number): Promise<void> => {
  await user.client.post('/subscription/sync');
  expect(Date.parse((await statusOf(user)).current_period_end) / 1000).toBeGreaterThan(than);
};
