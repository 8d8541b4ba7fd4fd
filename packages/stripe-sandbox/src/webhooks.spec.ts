import { StripeScene } from './testing.js';

let scene: StripeScene;
beforeEach(async () => {
  scene = await StripeScene.start();
  await scene.listenForEvents();
});
afterEach(() => scene.stop());

const CHECKOUT = [
  'customer.created',
  'customer.updated',
  'customer.subscription.created',
  'invoice.created',
  'invoice.finalized',
  'charge.succeeded',
  'payment_intent.succeeded',
  'invoice_payment.paid',
  'invoice.paid',
  'invoice.payment_succeeded',
  'customer.subscription.updated',
  'checkout.session.completed',
];

it('a checkout emits its events in order, with signatures that the SDK accepts', async () => {
  await scene.subscriber();
  await scene.sandbox.settle();
  expect(scene.receiver.types).toEqual(CHECKOUT);
  const updated = scene.receiver.events.find(({ type }) => type === 'customer.subscription.updated');
  expect(updated).toMatchObject({
    api_version: '2026-10-28.endive',
    livemode: false,
    data: { object: { status: 'active' }, previous_attributes: { status: 'incomplete' } },
  });
});

it('an event names the request that caused it', async () => {
  await scene.stripe.customers.create({ email: 'a@b.c' }, { idempotencyKey: 'key-1' });
  await scene.sandbox.settle();
  expect(scene.receiver.events[0]!.request).toMatchObject({
    id: expect.stringMatching(/^req_/),
    idempotency_key: 'key-1',
  });
});

it('a delivery without a 2xx response is repeated with growing waits', async () => {
  scene.receiver.answers.push(500, 503);
  await scene.newCustomer();
  await scene.sandbox.settle();
  expect(scene.receiver.types).toEqual([]);
  await scene.pass(1);
  expect(scene.receiver.types).toEqual([]);
  await scene.pass(1);
  expect(scene.receiver.types).toEqual([]);
  await scene.pass(1);
  expect(scene.receiver.types).toEqual(['customer.created']);
  const [told] = await scene.sandbox.webhooks.events();
  expect(told!.deliveries[0]!.attempts).toMatchObject([{ status: 500 }, { status: 503 }, { status: 200 }]);
});

it('held events are delivered on release, in any order or twice', async () => {
  await scene.sandbox.webhooks.setMode('hold');
  await scene.subscriber();
  await scene.sandbox.settle();
  expect(scene.receiver.types).toEqual([]);
  await scene.sandbox.webhooks.release({ order: 'reversed', twice: true });
  expect(scene.receiver.types).toHaveLength(2 * CHECKOUT.length);
  expect(scene.receiver.types[0]).toBe('checkout.session.completed');
});

it('shuffled events are all delivered', async () => {
  await scene.sandbox.webhooks.setMode('shuffled');
  await scene.subscriber();
  await scene.sandbox.settle();
  expect(scene.receiver.types.toSorted()).toEqual(CHECKOUT.toSorted());
});

it('a dropped event is never delivered and is listed as pending', async () => {
  await scene.sandbox.webhooks.next('never', { type: 'customer.subscription.created' });
  await scene.subscriber();
  await scene.sandbox.settle();
  expect(scene.receiver.types).toEqual(CHECKOUT.filter((type) => type !== 'customer.subscription.created'));
  const { data } = await scene.stripe.events.list({ delivery_success: false });
  expect(data).toMatchObject([{ type: 'customer.subscription.created', pending_webhooks: 1 }]);
});

it('one event is delivered twice, another late', async () => {
  await scene.sandbox.webhooks.next('twice', { type: 'customer.created' });
  await scene.sandbox.webhooks.next('late', { type: 'customer.updated', lateSeconds: 60 });
  const { id } = await scene.newCustomer();
  await scene.stripe.customers.update(id, { name: 'Ada' });
  await scene.sandbox.settle();
  expect(scene.receiver.types).toEqual(['customer.created', 'customer.created']);
  expect(new Set(scene.receiver.events.map((event) => event.id)).size).toBe(1);
  await scene.pass(60);
  expect(scene.receiver.types).toEqual(['customer.created', 'customer.created', 'customer.updated']);
});

it('an event signed with a wrong secret fails the verification', async () => {
  await scene.sandbox.webhooks.setSecret('whsec_wrong');
  await scene.newCustomer();
  await scene.sandbox.settle();
  expect(scene.receiver).toMatchObject({ events: [], refused: 1 });
});

it('waiting events follow the endpoint to its new address', async () => {
  await scene.sandbox.webhooks.deliverTo('http://127.0.0.1:9/unreachable');
  await scene.newCustomer();
  await scene.sandbox.settle();
  await scene.sandbox.webhooks.deliverTo(await scene.receiver.listen());
  await scene.pass(1);
  expect(scene.receiver.types).toEqual(['customer.created']);
});
