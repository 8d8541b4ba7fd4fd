import { eventually } from '../support/eventually.js';
import type { TestUser } from '../support/people.js';
import { statusOf, StripeScenario } from '../support/stripe-scenario.js';

/** Promise 9, and half a second for a machine under test load. */
const PROMPT_MS = 2500;

let stripe: StripeScenario;
/** People whose subscription is asked about while Stripe is down: one a route, so that none waits for another's request. */
let subscribers: TestUser[];
beforeAll(async () => {
  // Nothing is delivered but by the test.
  stripe = await StripeScenario.start({}, { listens: false });
  subscribers = [];
  for (let nth = 0; nth < 4; nth += 1) subscribers.push((await stripe.subscriber()).user);
});
afterAll(() => stripe.stop());

const tiers = () => Promise.all(subscribers.map(({ id }) => stripe.tierOf(id)));

describe('when Stripe is down', () => {
  it('an event waits and is retried; one that fails for good is listed and can be replayed', async () => {
    const { customerId } = await stripe.subscriber();
    await stripe.sandbox.script({ match: 'GET /v1/subscriptions', outcome: 'http_error', times: 2 });
    const event = stripe.eventAbout(customerId);
    await stripe.post(event);
    await stripe.eventComesTo(event.id, 'handled');
    await stripe.product.rows(`update webhook_events set state = 'failed', last_error = 'x' where id = $1`, [
      event.id,
    ]);
    const { stdout } = await stripe.operator('replay', event.id);
    expect(stdout).toBe(`${event.id}: a worker takes it on again.\n`);
    await stripe.eventComesTo(event.id, 'handled');
    await expect(stripe.operator('replay', 'evt_unknown')).rejects.toMatchObject({
      stdout: 'evt_unknown: there is no such event in the inbox.\n',
    });
  });

  describe.each([
    ['says nothing', { outcome: 'hang' }],
    ['is slow', { outcome: 'slow', delayMs: 3000 }],
    ['cuts the line', { outcome: 'cut' }],
    ['has too much to do', { outcome: 'rate_limited' }],
    ['answers with nothing', { outcome: 'empty' }],
    ['is broken', { outcome: 'http_error', status: 500 }],
    ['is not there', { outcome: 'http_error', status: 503 }],
  ] as const)('and %s', (_, script) => {
    afterEach(() => stripe.sandbox.clearScripts());

    it('each route answers 503 within two seconds, and nothing is half-made', async () => {
      const buyer = await stripe.newUser();
      const before = await tiers();
      const ask: [who: TestUser, method: string, path: string][] = [
        [buyer, 'POST', '/subscribe/pro'],
        [subscribers[0]!, 'POST', '/subscription/sync'],
        [subscribers[1]!, 'POST', '/subscription/cancel'],
        [subscribers[2]!, 'POST', '/subscription/portal'],
        [subscribers[3]!, 'GET', '/subscription/invoices'],
      ];
      // Every call fails: also a second one of the same request, with which the SDK opens a line again that was cut.
      await stripe.sandbox.script({ ...script, times: 1000 });
      const answers = await Promise.all(
        ask.map(async ([who, method, path]) => {
          const began = performance.now();
          const { status, headers } = await who.client.request(method, path);
          const isPrompt = performance.now() - began < PROMPT_MS;
          return [path, status, Number(headers.get('retry-after')) > 0, isPrompt];
        }),
      );
      expect(answers).toEqual(ask.map(([, , path]) => [path, 503, true, true]));
      // As it is known here it can still be read.
      expect((await statusOf(subscribers[0]!)).tier).toBe('pro');
      expect(await tiers()).toEqual(before);
      await stripe.sandbox.clearScripts();
      // A slow call holds its key until it ends, and Stripe refuses another with the same key until then.
      await eventually(
        () => buyer.client.post('/subscribe/pro'),
        ({ status }) => status === 201,
      );
    });
  });

  it('a slow one is not down: a checkout whose calls take a second each succeeds', async () => {
    const user = await stripe.newUser();
    await stripe.sandbox.script({ outcome: 'slow', delayMs: 1000, times: 1000 });
    // It creates a customer and a session: two calls.
    const { status } = await user.client.post('/subscribe/pro');
    await stripe.sandbox.clearScripts();
    expect(status).toBe(201);
  });

  it('a connection cut after the work: the repeated request makes no second object', async () => {
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

  it('a permanent refusal has a code and a reason, and repeats none of Stripe’s text', async () => {
    const { user } = await stripe.subscriber();
    await stripe.sandbox.script({ outcome: 'http_error', status: 400 });
    const { status, body } = await user.client.post('/subscription/sync');
    expect([status, body.code, body.reason]).toEqual([409, 'billing_refused', 'other']);
  });
});

describe('a closed account', () => {
  it('is cancelled and deleted at Stripe, however long Stripe is down', async () => {
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
    await eventually(closed);
    const [status, customer] = await stripe.sandbox.look(({ subscriptions, customers }) => [
      subscriptions[subscriptionId]?.status,
      customers[customerId],
    ]);
    expect(status).toBe('canceled');
    expect(JSON.stringify(customer ?? {})).not.toContain(user.mobileNumber);
    // The product can no longer be bought.
    expect((await user.client.post('/subscribe/pro')).status).toBe(503);
  });
});
