import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import Stripe from 'stripe';
import { SystemClock } from '../../src/platform/clock/clock.js';
import {
  MemoryStripeStore,
  SANDBOX_PRO_PRICE_ID,
  SANDBOX_STRIPE_KEY,
  SANDBOX_WEBHOOK_SECRET,
  StripeSandbox,
} from '@chat-backend/stripe-sandbox';
import { machineMs } from '../lab/clock.js';
import { Lab, rows } from '../lab/lab.js';
import { addPeople, type Person } from '../lab/people.js';
import { backingEnv, PRODUCTION } from '../lab/product.js';
import { startProgram, startWorker } from '../lab/program.js';
import { spread } from '../streams/figures.js';
import { atPace } from '../streams/pace.js';
import type { BillingFigures } from './figures.js';

export const EVENTS_PER_SECOND = 200;
/** Number of customers of the events. */
const CUSTOMERS = 100;
const PAYERS = 40;
const LOOK_MS = 4;
const PATIENCE_MS = 60_000;

/** Measures billing on each available backend: API and worker in separate processes, the Stripe sandbox in this one. */
export async function measureBilling(lab: Lab, seconds: number): Promise<BillingFigures[]> {
  const found: BillingFigures[] = [];
  if (lab.redis) found.push(await measureBackend(lab, 'Redis', seconds));
  found.push(await measureBackend(lab, 'PostgreSQL', seconds));
  return found;
}

async function measureBackend(
  lab: Lab,
  backend: BillingFigures['backend'],
  seconds: number,
): Promise<BillingFigures> {
  const databaseUrl = await lab.newDatabase();
  const people = await addPeople(databaseUrl, CUSTOMERS + PAYERS, 1);
  await rows(databaseUrl, `update users set tier = 'basic'`);
  const sandbox = new StripeSandbox({
    clock: new SystemClock(),
    store: new MemoryStripeStore(),
    pagesUrl: () => 'http://pages.invalid',
  });
  const env = {
    ...PRODUCTION,
    // In production only Stripe's own address is accepted.
    NODE_ENV: 'test',
    ...backingEnv({ databaseUrl, redisUrl: backend === 'Redis' ? lab.redis!.url(2) : null }),
    BILLING: 'stripe',
    STRIPE_SECRET_KEY: SANDBOX_STRIPE_KEY,
    STRIPE_WEBHOOK_SECRET: SANDBOX_WEBHOOK_SECRET,
    STRIPE_PRICE_PRO_ID: SANDBOX_PRO_PRICE_ID,
    STRIPE_API_BASE: await sandbox.listen(),
  };
  const api = await startProgram({ script: 'bundle/src/main.js', env, dir: lab.dir, name: 'billing-api' });
  const worker = startWorker({ script: 'bundle/src/worker.js', env, dir: lab.dir, name: 'billing-worker' });
  await sandbox.webhooks.deliverTo(`${api.url}/webhook/stripe`);

  const payToPro = [];
  for (const person of people.slice(0, PAYERS)) payToPro.push(await pay(sandbox, api.url, person));
  const customers = await sandbox.look((state) => Object.keys(state.customers));
  const post = () => deliver(api.url, customers[Math.floor(Math.random() * customers.length)]!);
  await atPace(EVENTS_PER_SECOND, EVENTS_PER_SECOND, post);
  const answered = await atPace(seconds * EVENTS_PER_SECOND, EVENTS_PER_SECOND, post);
  const workedOffSeconds = await untilWorkedOff(databaseUrl);

  await api.stop();
  await worker.stop();
  await sandbox.close();
  return { backend, webhook: spread(answered), workedOffSeconds, payToPro: spread(payToPro) };
}

/** Opens a checkout, pays, and polls the account until it is Pro; Stripe informs the product only by its events. */
async function pay(sandbox: StripeSandbox, url: string, { token }: Person): Promise<number | null> {
  const headers = { authorization: `Bearer ${token}` };
  const checkout = await fetch(`${url}/subscribe/pro`, { method: 'POST', headers });
  const { session_id: sessionId } = (await checkout.json()) as { session_id: string };
  const began = machineMs();
  await sandbox.pay(sessionId);
  while (machineMs() - began < PATIENCE_MS) {
    const { tier } = (await (await fetch(`${url}/user/me`, { headers })).json()) as { tier: string };
    if (tier === 'pro') return machineMs() - began;
    await pause(LOOK_MS);
  }
  return null;
}

/** Sends an event about a customer as Stripe would; returns the milliseconds until it is acknowledged. */
async function deliver(url: string, customer: string): Promise<number | null> {
  const timestamp = Math.floor(Date.now() / 1000);
  const payload = JSON.stringify({
    id: `evt_${randomBytes(12).toString('hex')}`,
    object: 'event',
    type: 'customer.subscription.updated',
    created: timestamp,
    livemode: false,
    data: { object: { id: 'sub_bench', object: 'subscription', customer } },
  });
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload,
    secret: SANDBOX_WEBHOOK_SECRET,
    timestamp,
  });
  const began = machineMs();
  const { status } = await fetch(`${url}/webhook/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body: payload,
  });
  return status === 200 ? machineMs() - began : null;
}

/** @throws Error when events are not handled within the longest tolerable wait */
async function untilWorkedOff(databaseUrl: string): Promise<number> {
  const began = machineMs();
  for (;;) {
    const [row] = await rows<{ left: number }>(
      databaseUrl,
      `select count(*)::int as left from webhook_events where state = 'received'`,
    );
    const passed = machineMs() - began;
    if (row!.left === 0) return passed / 1000;
    if (passed > PATIENCE_MS) throw new Error(`${row!.left} events are left over`);
    await pause(50);
  }
}
