import { PostgresStripeStore } from '../../src/sandbox/stripe/postgres-stripe-store.js';
import { StripeScene } from '@chat-backend/stripe-sandbox/testing';
import { newDatabase } from '../support/processes.js';

let databaseUrl: string;
const scenes: StripeScene[] = [];
beforeAll(async () => {
  databaseUrl = await newDatabase();
});
afterAll(() => Promise.all(scenes.map((scene) => scene.stop())));

/** A process of the product with its own sandbox on the shared state. */
async function start(keepGone?: number): Promise<StripeScene> {
  const scene = await StripeScene.start(new PostgresStripeStore(databaseUrl, keepGone));
  scenes.push(scene);
  return scene;
}

it('several processes have one Stripe, and a restart keeps it', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  const session = await one.openSession();
  const paid = await other.sandbox.pay(session.id);
  expect(await one.subscription(paid.subscription!)).toMatchObject({ status: 'active' });
  const later = await start();
  expect(await later.subscription(paid.subscription!)).toMatchObject({ status: 'active' });
});

it('who was away for long hears of what is gone', async () => {
  const [one, other] = await Promise.all([start(2), start(2)]);
  const idempotencyKey = 'gone';
  await one.stripe.customers.create({}, { idempotencyKey });
  expect(await other.sandbox.look(({ idempotency }) => `key ${idempotencyKey}` in idempotency)).toBe(true);
  one.clock.advance(25 * 3600 * 1000);
  for (let n = 0; n < 6; n += 1) await one.newCustomer();
  expect(await other.sandbox.look(({ idempotency }) => `key ${idempotencyKey}` in idempotency)).toBe(false);
});

it('what many do at once is all there', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  const email = 'many@example.com';
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 ? one : other).stripe.customers.create({ email })),
  );
  expect((await one.stripe.customers.list({ email, limit: 100 })).data).toHaveLength(20);
});

it('two concurrent requests with the same key are carried out once, also by two processes', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  const options = { idempotencyKey: 'once' };
  const made = await Promise.all(
    [one, other].map(({ stripe }) => stripe.customers.create({ email: 'once@example.com' }, options)),
  );
  expect(made[0]!.id).toBe(made[1]!.id);
});

it('an event is delivered once, by any of the processes', async () => {
  const [one, other] = await Promise.all([start(), start()]);
  const url = await one.listenForEvents();
  await other.sandbox.webhooks.deliverTo(url);
  await one.sandbox.webhooks.setMode('hold');
  for (let n = 0; n < 10; n += 1) await other.newCustomer();
  const often = async ({ sandbox }: StripeScene) => {
    for (let n = 0; n < 20; n += 1) await sandbox.settle();
  };
  await Promise.all([one.sandbox.webhooks.release(), often(one), often(other)]);
  expect(new Set(one.receiver.events.map(({ id }) => id)).size).toBe(10);
  expect(one.receiver.events).toHaveLength(10);
});
