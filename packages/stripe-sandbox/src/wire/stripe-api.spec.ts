import { get } from 'node:http';
import Stripe from 'stripe';
import { SANDBOX_PRO_PRICE_ID } from '../sandbox-keys.js';
import { clientOf, DAY, StripeScene } from '../testing.js';

let scene: StripeScene;
let stripe: Stripe;
beforeAll(async () => {
  scene = await StripeScene.start();
  stripe = scene.stripe;
});
afterAll(() => scene.stop());

const line = { price: SANDBOX_PRO_PRICE_ID, quantity: 1 };
const urls = { success_url: 'https://a.example/s', cancel_url: 'https://a.example/c' };

/** Requests that the SDK cannot send. */
async function raw(path: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  const headers = { authorization: 'Bearer sk_test_sandbox', ...init.headers };
  const answer = await fetch(scene.sandbox.url + path, { ...init, headers });
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as { error?: object },
  };
}
const form = (body: string) => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body,
});

describe('refuses', () => {
  it('every key but its own, and masks the key in the message', async () => {
    const wrong = clientOf(scene.sandbox.url, { key: 'sk_live_0123456789abcdef' });
    await expect(wrong.customers.list()).rejects.toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    await expect(wrong.customers.list()).rejects.toThrow('sk_live_************cdef');
    expect(await raw('/v1/customers', { headers: { authorization: '' } })).toMatchObject({ status: 401 });
  });

  it.each([
    ['localhost:1', 200],
    ['[::1]', 200],
    ['rebind.evil.example', 403],
  ])('by its name another host than this machine: %s is answered %i', async (host, status) => {
    const headers = { host, authorization: 'Bearer sk_test_sandbox' };
    const answer = await new Promise((resolve) =>
      get(`${scene.sandbox.url}/v1/customers`, { headers }, (response) =>
        resolve(response.resume().statusCode),
      ),
    );
    expect(answer).toBe(status);
  });

  it('another version of the API', async () => {
    const headers = { 'stripe-version': '2024-06-20' };
    expect(await raw('/v1/customers', { headers })).toMatchObject({ status: 400 });
  });

  it.each<[string, object, object]>([
    ['an unknown parameter', { flavour: 'sweet' }, { code: 'parameter_unknown', param: 'flavour' }],
    [
      'an unknown parameter deep inside',
      { subscription_data: { trial_days: 3 } },
      { code: 'parameter_unknown', param: 'subscription_data[trial_days]' },
    ],
    ['a missing one', { success_url: undefined }, { code: 'parameter_missing', param: 'success_url' }],
    [
      'an empty one',
      { client_reference_id: '' },
      { code: 'parameter_invalid_empty', param: 'client_reference_id' },
    ],
    ['no number', { expires_at: 'soon' }, { code: 'parameter_invalid_integer', param: 'expires_at' }],
    [
      'an unknown word',
      { mode: 'gift' },
      { param: 'mode', message: expect.stringContaining('must be one of') },
    ],
    ['an address that is none', { success_url: 'nowhere' }, { code: 'url_invalid', param: 'success_url' }],
    [
      'a script as an address',
      { cancel_url: 'javascript:alert(1)' },
      { code: 'url_invalid', param: 'cancel_url' },
    ],
    [
      'an unknown price',
      { line_items: [{ price: 'price_x', quantity: 1 }] },
      { code: 'resource_missing', param: 'line_items[0][price]' },
    ],
    ['no quantity', { line_items: [{ price: SANDBOX_PRO_PRICE_ID }] }, { param: 'line_items[0][quantity]' }],
    ['an unknown customer', { customer: 'cus_x' }, { code: 'resource_missing', param: 'customer' }],
    ['a life that is too short', { expires_at: Math.floor(Date.now() / 1000) + 60 }, { param: 'expires_at' }],
    [
      'a life that is too long',
      { expires_at: Math.floor(Date.now() / 1000) + 2 * DAY },
      { param: 'expires_at' },
    ],
    ['an unknown expansion', { expand: ['line_item'] }, { param: 'expand' }],
  ])('%s', async (_, change, error) => {
    const params = { mode: 'subscription', line_items: [line], ...urls, ...change };
    const refused = stripe.checkout.sessions.create(params);
    await expect(refused).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
      ...error,
    });
    await expect(refused).rejects.toMatchObject({ requestId: expect.stringMatching(/^req_/) });
  });

  it('an unknown object, by its id, as 404', async () => {
    await expect(stripe.subscriptions.retrieve('sub_x')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'id',
      message: "No such subscription: 'sub_x'",
    });
    expect(await raw('/v1/nothing')).toMatchObject({ status: 404 });
    for (const kind of ['customers', 'subscriptions', 'checkout/sessions', 'invoices', 'events'])
      expect(await raw(`/v1/${kind}/__proto__`)).toMatchObject({ status: 404 });
  });

  it('bodies that are no forms, and names that contradict each other', async () => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect(await raw('/v1/customers', json)).toMatchObject({ status: 400 });
    expect(await raw('/v1/customers', form('metadata=x&metadata[a]=b'))).toMatchObject({ status: 400 });
    expect(await raw('/v1/customers', form('metadata[a][b]=1'))).toMatchObject({ status: 400 });
  });
});

it('a failed request leaves no trace', async () => {
  const before = await scene.sandbox.look((state) => Object.keys(state.events).length);
  const customer = await stripe.customers.create();
  const order = { customer: customer.id, items: [{ price: SANDBOX_PRO_PRICE_ID }] };
  await expect(
    stripe.subscriptions.create({ ...order, payment_behavior: 'error_if_incomplete' }),
  ).rejects.toBeInstanceOf(Stripe.errors.StripeCardError);
  expect((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);
  expect(await scene.sandbox.look((state) => Object.keys(state.events).length)).toBe(before + 1);
});

describe('an idempotency key', () => {
  it('may be any text', async () => {
    const options = { idempotencyKey: '__proto__' };
    const { id } = await stripe.customers.create({}, options);
    expect(await stripe.customers.create({}, options)).toMatchObject({ id });
  });

  it('returns the same response again and changes nothing', async () => {
    const options = { idempotencyKey: 'same' };
    const first = await stripe.customers.create({ email: 'one@example.com' }, options);
    const again = await stripe.customers.create({ email: 'one@example.com' }, options);
    expect(again).toMatchObject({ id: first.id });
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await stripe.customers.list({ email: 'one@example.com' })).data).toHaveLength(1);
  });

  it('is not for other parameters, nor for another route', async () => {
    const options = { idempotencyKey: 'other' };
    await stripe.customers.create({ email: 'a@example.com' }, options);
    await expect(stripe.customers.create({ email: 'b@example.com' }, options)).rejects.toBeInstanceOf(
      Stripe.errors.StripeIdempotencyError,
    );
    await expect(stripe.products.create({ name: 'a' }, options)).rejects.toMatchObject({ statusCode: 400 });
  });

  it('is free again after a refusal of the parameters', async () => {
    const options = { idempotencyKey: 'refused' };
    await expect(stripe.customers.create({ expand: ['x'] }, options)).rejects.toMatchObject({
      statusCode: 400,
    });
    expect(await stripe.customers.create({}, options)).toHaveProperty('id');
  });

  it('whose first request is running gives 409 to a second request', async () => {
    await scene.sandbox.script({ match: 'POST /v1/customers', outcome: 'slow', delayMs: 1500 });
    const options = { idempotencyKey: 'parallel' };
    const first = stripe.customers.create({}, options);
    await scene.sandbox.waitForCall((call) => call.idempotencyKey === 'parallel');
    await expect(stripe.customers.create({}, options)).rejects.toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
    });
    const { id } = await first;
    expect(await stripe.customers.create({}, options)).toMatchObject({ id });
  });
});

describe('a script', () => {
  it('responds with an error as often as the script says', async () => {
    await scene.sandbox.script({ match: 'GET /v1/customers', outcome: 'http_error', status: 503, times: 2 });
    const errors = [stripe.customers.list(), stripe.customers.list()].map((call) =>
      call.catch((e: unknown) => e),
    );
    for (const error of await Promise.all(errors)) expect(error).toBeInstanceOf(Stripe.errors.StripeAPIError);
    expect(await stripe.customers.list()).toHaveProperty('data');
  });

  it('is over its limit', async () => {
    await scene.sandbox.script({ outcome: 'rate_limited' });
    await expect(stripe.customers.list()).rejects.toBeInstanceOf(Stripe.errors.StripeRateLimitError);
  });

  it('matches a route by its pattern', async () => {
    await scene.sandbox.script({ match: 'GET /v1/subscriptions/:id', outcome: 'http_error', status: 500 });
    expect(await stripe.subscriptions.list()).toHaveProperty('data');
    await expect(stripe.subscriptions.retrieve('sub_x')).rejects.toMatchObject({ statusCode: 500 });
  });

  it('does the work and cuts the connection; the SDK’s repeat finds it done', async () => {
    await scene.sandbox.script({ match: 'POST /v1/customers', outcome: 'after' });
    const patient = clientOf(scene.sandbox.url, { retries: 1 });
    const { id } = await patient.customers.create({ email: 'after@example.com' });
    expect((await stripe.customers.list({ email: 'after@example.com' })).data).toMatchObject([{ id }]);
    expect(scene.sandbox.calls.slice(-3)).toMatchObject([
      { status: null, replayed: false },
      { status: 200, replayed: true },
      { method: 'GET' },
    ]);
  });

  it('cuts the connection and does nothing', async () => {
    // The SDK retries once by itself when a connection is closed, whatever maxNetworkRetries says.
    await scene.sandbox.script({ match: 'POST /v1/customers', outcome: 'cut', times: 2 });
    await expect(stripe.customers.create({ email: 'cut@example.com' })).rejects.toBeInstanceOf(
      Stripe.errors.StripeConnectionError,
    );
    expect((await stripe.customers.list({ email: 'cut@example.com' })).data).toEqual([]);
  });

  it('hangs until the caller goes', async () => {
    await scene.sandbox.script({ match: 'GET /v1/events', outcome: 'hang' });
    await expect(stripe.events.list({}, { timeout: 100 })).rejects.toBeInstanceOf(
      Stripe.errors.StripeConnectionError,
    );
    await scene.sandbox.waitForCall((call) => call.path === '/v1/events' && call.endedAt !== null);
  });
});

describe('a list', () => {
  it('is paged, newest first, forwards and backwards', async () => {
    const email = 'pages@example.com';
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.unshift((await stripe.customers.create({ email })).id);
    const ids = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);
    const first = await stripe.customers.list({ email, limit: 2 });
    expect([ids(first), first.has_more, first.url]).toEqual([made.slice(0, 2), true, '/v1/customers']);
    const last = await stripe.customers.list({ email, limit: 3, starting_after: made[1] });
    expect([ids(last), last.has_more]).toEqual([made.slice(2), false]);
    const back = await stripe.customers.list({ email, limit: 2, ending_before: made[4] });
    expect([ids(back), back.has_more]).toEqual([made.slice(2, 4), true]);
    const all: string[] = [];
    for await (const { id } of stripe.customers.list({ email, limit: 2 })) all.push(id);
    expect(all).toEqual(made);
  });

  it.each([{ limit: 0 }, { limit: 101 }, { starting_after: 'cus_x' }])('refuses %j', async (params) => {
    await expect(stripe.customers.list(params)).rejects.toMatchObject({ statusCode: 400 });
  });

  it('of subscriptions goes by status, customer, price and time', async () => {
    const { id, customer, created } = await scene.subscriber();
    const of = { customer: customer as string };
    const found = async (params: Stripe.SubscriptionListParams) =>
      (await stripe.subscriptions.list(params)).data.length;
    expect(await found({ ...of, price: SANDBOX_PRO_PRICE_ID, created: { gte: created } })).toBe(1);
    expect(await found({ ...of, created: { gt: created } })).toBe(0);
    await stripe.subscriptions.cancel(id);
    expect(await found(of)).toBe(0);
    expect(await found({ ...of, status: 'all' })).toBe(1);
    expect(await found({ ...of, status: 'canceled' })).toBe(1);
    expect(await found({ ...of, status: 'ended' })).toBe(1);
    expect(await found({ ...of, status: 'active' })).toBe(0);
  });

  it('of checkout sessions goes by customer, status and subscription', async () => {
    const { id, customer } = await scene.openSession();
    const of = { customer: customer as string };
    expect((await stripe.checkout.sessions.list({ ...of, status: 'open' })).data).toMatchObject([{ id }]);
    const { subscription } = await scene.sandbox.pay(id);
    expect((await stripe.checkout.sessions.list({ ...of, status: 'open' })).data).toEqual([]);
    expect((await stripe.checkout.sessions.list({ subscription: subscription! })).data).toMatchObject([
      { id },
    ]);
    expect((await stripe.checkout.sessions.listLineItems(id)).data).toMatchObject([{ quantity: 1 }]);
  });

  it('of events goes by type, types and wildcard', async () => {
    await stripe.customers.del((await scene.newCustomer()).id);
    const types = async (params: Stripe.EventListParams) => [
      ...new Set((await stripe.events.list({ limit: 100, ...params })).data.map(({ type }) => type)),
    ];
    expect(await types({ type: 'customer.deleted' })).toEqual(['customer.deleted']);
    expect((await types({ types: ['customer.deleted', 'invoice.paid'] })).toSorted()).toEqual([
      'customer.deleted',
      'invoice.paid',
    ]);
    for (const type of await types({ type: 'invoice.*' })) expect(type).toMatch(/^invoice\./);
  });
});

describe('a search', () => {
  const found = async (query: string) =>
    (await stripe.subscriptions.search({ query })).data.map(({ id }) => id);

  it('goes by metadata, status and time', async () => {
    const subscription_data = { metadata: { user_id: 'it’s "me"' } };
    const { id, created } = await scene.subscriber({ subscription_data });
    const mine = `metadata['user_id']:'it’s "me"'`;
    expect(await found(`${mine} AND status:'active'`)).toEqual([id]);
    expect(await found(`${mine} AND -status:'active'`)).toEqual([]);
    expect(await found(`${mine} created>=${created}`)).toEqual([id]);
    expect(await found(`metadata["user_id"]:"it’s \\"me\\""`)).toEqual([id]);
    expect(await found(`metadata['nothing']:null AND created>${created}`)).toEqual([]);
  });

  it('is paged', async () => {
    const email = 'search@example.com';
    for (let n = 0; n < 3; n += 1) await stripe.customers.create({ email });
    const first = await stripe.customers.search({ query: `email:'${email}'`, limit: 2 });
    expect([first.data.length, first.has_more]).toEqual([2, true]);
    const second = await stripe.customers.search({
      query: `email:'${email}'`,
      limit: 2,
      page: first.next_page!,
    });
    expect([second.data.length, second.next_page]).toEqual([1, null]);
    expect((await stripe.customers.search({ query: 'email~"SEARCH@"' })).data).toHaveLength(3);
  });

  it.each(['', 'status', "taste:'sweet'", "status:'a' AND status:'b' OR status:'c'", "metadata:'x'"])(
    'refuses %j',
    async (query) => {
      await expect(stripe.subscriptions.search({ query })).rejects.toMatchObject({
        statusCode: 400,
        param: 'query',
      });
    },
  );
});

it('metadata is merged, and an empty value deletes a key', async () => {
  const { id } = await stripe.customers.create({ metadata: { a: '1', b: '2' } });
  expect((await stripe.customers.update(id, { metadata: { b: '', c: '3' } })).metadata).toEqual({
    a: '1',
    c: '3',
  });
  expect((await stripe.customers.update(id, { metadata: '' })).metadata).toEqual({});
});

it('a deleted customer is marked as deleted', async () => {
  const { id } = await scene.newCustomer();
  expect(await stripe.customers.del(id)).toEqual(expect.objectContaining({ id, deleted: true }));
  expect(await stripe.customers.retrieve(id)).toMatchObject({ deleted: true });
  await expect(stripe.customers.update(id, { name: 'x' })).rejects.toMatchObject({ statusCode: 404 });
});
