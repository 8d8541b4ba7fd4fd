import { eventually } from '../support/eventually.js';
import { deleteAccount, signIn, type TestUser } from '../support/people.js';
import { StripeScenario } from '../support/stripe-scenario.js';

let stripe: StripeScenario;
beforeAll(async () => {
  stripe = await StripeScenario.start();
});
afterAll(() => stripe.stop());

const NOTHING = { customers: [], goingOn: 0, openPages: 0 };
const leavesNothing = async ({ id }: TestUser) => {
  const closed = 'select 1 from billing_accounts where user_id = $1 and closed_at is not null';
  await eventually(async () => (await stripe.product.rows(closed, [id])).length === 1);
  expect(await stripe.whatIsLeftOf(id)).toEqual(NOTHING);
};

/** At once, because most of the time of each is a pause before a job's next try. */
const fiveTimes = (once: () => Promise<void>) => Promise.all(Array.from({ length: 5 }, once));

describe('deleting an account', () => {
  it('cancels the subscription: a deleted account is not charged again', async () => {
    const { user } = await stripe.subscriber();
    expect((await stripe.whatIsLeftOf(user.id)).goingOn).toBe(1);
    expect((await deleteAccount(user)).status).toBe(204);
    await leavesNothing(user);
    for (const table of ['subscriptions', 'checkout_sessions'])
      expect(await stripe.product.rows(`select 1 from ${table} where user_id = $1`, [user.id])).toEqual([]);
  });

  it('during a checkout leaves no open checkout page, no customer and no subscription', async () => {
    const user = await stripe.newUser();
    await stripe.sandbox.script({ match: 'POST /v1/checkout/sessions', outcome: 'slow', delayMs: 900 });
    const opening = user.client.post('/subscribe/pro');
    await stripe.sandbox.waitForCall(
      ({ method, params }) => method === 'POST' && JSON.stringify(params).includes(user.id),
    );
    expect((await deleteAccount(user)).status).toBe(204);
    await opening;
    await leavesNothing(user);
  });

  it('just before a checkout prevents the checkout', async () => {
    await fiveTimes(async () => {
      const user = await stripe.newUser();
      const [{ status }] = await Promise.all([deleteAccount(user), user.client.post('/subscribe/pro')]);
      expect(status).toBe(204);
      await leavesNothing(user);
    });
  });

  it('with an open checkout page: a payment made afterwards starts no subscription', async () => {
    const user = await stripe.newUser();
    const session = await stripe.checkout(user);
    expect((await deleteAccount(user)).status).toBe(204);
    await stripe.sandbox.pay(session).catch(() => undefined);
    await leavesNothing(user);
  });

  it('succeeds at once while Stripe is down, and the subscription is cancelled when Stripe is back', async () => {
    const { user } = await stripe.subscriber();
    await stripe.sandbox.script({ match: '*', outcome: 'http_error', status: 503, times: 4 });
    expect((await deleteAccount(user)).status).toBe(204);
    const again = await signIn(stripe.product, user.mobileNumber);
    expect(again.user.tier).toBe('basic');
    await leavesNothing(user);
  });

  it('does not deadlock with Stripe events that are being processed', async () => {
    await fiveTimes(async () => {
      const { user, customerId } = await stripe.subscriber();
      const poured = Promise.all(
        Array.from({ length: 20 }, () => stripe.post(stripe.eventAbout(customerId))),
      );
      const syncing = user.client.post('/subscription/sync');
      expect((await deleteAccount(user)).status).toBe(204);
      await Promise.all([poured, syncing]);
      await leavesNothing(user);
    });
  });

  it('late events about the account change no row', async () => {
    const { user, customerId } = await stripe.subscriber();
    expect((await deleteAccount(user)).status).toBe(204);
    const again = await signIn(stripe.product, user.mobileNumber);
    const event = stripe.eventAbout(customerId);
    expect((await stripe.post(event)).status).toBe(200);
    await eventually(async () =>
      ['handled', 'ignored'].includes((await stripe.eventState(event.id))?.state ?? ''),
    );
    expect((await stripe.tierOf(again.user.id))?.tier).toBe('basic');
    await leavesNothing(user);
  });

  it('of a person who never paid makes no call to Stripe', async () => {
    const user = await stripe.newUser();
    expect((await deleteAccount(user)).status).toBe(204);
    await leavesNothing(user);
    expect(
      stripe.sandbox.calls.filter(({ params }) => JSON.stringify(params ?? {}).includes(user.id)),
    ).toEqual([]);
  });
});
