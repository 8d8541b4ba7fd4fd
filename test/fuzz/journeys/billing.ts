import Stripe from 'stripe';
import { SANDBOX_WEBHOOK_SECRET } from '@chat-backend/stripe-sandbox';
import { seededId } from '../scenario/person.js';
import type { Sequence } from '../scenario/sequence.js';
import type { Journey } from './journey.js';

/** Subscribe, pay, cancel, resume, the portal; and Stripe's events. */
export const billing: Journey = async (sequence) => {
  const person = await sequence.cast.enrol();
  await sequence.step(person, 'getSubscriptionStatus', { expect: 200 });
  for (const id of ['cancelSubscription', 'resumeSubscription', 'openPortal'])
    await sequence.step(person, id, { expect: 409 });
  const checkout = await sequence.step(person, 'subscribeToPro', { expect: [200, 201] });
  await sequence.step(person, 'subscribeToPro', { expect: 200 });
  await pay(sequence, checkout.body.session_id as string);
  const status = await sequence.step(person, 'syncSubscription', { expect: 200 });
  if (status.body.tier !== 'pro') return;
  await sequence.step(person, 'subscribeToPro', { expect: 409 });
  await sequence.step(person, 'cancelSubscription', { expect: 200 });
  await sequence.step(person, 'resumeSubscription', { expect: 200 });
  await sequence.step(person, 'openPortal', { body: { return_url: 'http://localhost:5173/' }, expect: 201 });
  await sequence.step(person, 'listInvoices', { expect: 200 });
  await events(sequence);
};

/** The button of the sandbox's page, which is no operation of the document. */
async function pay(sequence: Sequence, session: string): Promise<void> {
  const url = `${sequence.cast.target.wire.url}/sandbox/stripe/checkout/${session}/pay`;
  await fetch(url, { method: 'POST', redirect: 'manual' });
}

async function events(sequence: Sequence): Promise<void> {
  const { random } = sequence.cast;
  const event = (more: object = {}) => ({
    id: `evt_${seededId(random).replaceAll('-', '')}`,
    object: 'event',
    type: 'customer.subscription.updated',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    data: { object: { id: 'sub_kanari', object: 'subscription', customer: 'cus_kanari', status: 'active' } },
    ...more,
  });
  const odd = [{}, { created: 9e15 }, { created: -1 }, { type: 'kanari' }, { data: { object: null } }];
  for (const more of odd) await webhook(sequence, event(more), [200, 400]);
  await webhook(sequence, event(), 400, 'whsec_wrong');
}

async function webhook(
  sequence: Sequence,
  body: object,
  expect: number | number[],
  secret = SANDBOX_WEBHOOK_SECRET,
): Promise<void> {
  const header = Stripe.webhooks.generateTestHeaderString({ payload: JSON.stringify(body), secret });
  await sequence.step(null, 'takeStripeEvent', { body, headers: { 'stripe-signature': header }, expect });
}
