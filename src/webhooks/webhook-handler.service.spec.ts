import type Stripe from 'stripe';
import type { BillingSync } from '../billing/sync/billing-sync.service.js';
import type { StripeApi } from '../billing/stripe/stripe-api.js';
import { SystemClock } from '../platform/clock/clock.js';
import { WebhookHandler } from './webhook-handler.service.js';
import type { WebhookEventsRepository } from './webhook-events.repository.js';

/** The customer that an event about this object leads to. */
async function ledTo(objectId: string, stripe: object): Promise<string | null> {
  let customer: string | null = null;
  const receivedAt = new Date();
  const find = async () => ({ state: 'received', customerId: null, objectId, receivedAt });
  const events = { find, end: async () => undefined } as unknown as WebhookEventsRepository;
  const syncCustomer = async (id: string) => void (customer = id);
  const ask = async (_: unknown, call: (stripe: Stripe, options: object) => unknown) =>
    call(stripe as Stripe, {});
  const handler = new WebhookHandler(
    events,
    { syncCustomer } as unknown as BillingSync,
    { ask } as unknown as StripeApi,
    new SystemClock(),
  );
  await handler.handle('evt_1', false);
  return customer;
}
const retrieves = (kind: string, object: object) => ({ [kind]: { retrieve: async () => object } });
const charge = { id: 'ch_1', customer: 'cus_1' };

it.each([
  ['a subscription', 'sub_1', retrieves('subscriptions', { customer: 'cus_1' })],
  ['a bill', 'in_1', retrieves('invoices', { customer: { id: 'cus_1' } })],
  ['a charge', 'ch_1', retrieves('charges', charge)],
  ['a refund', 're_1', retrieves('refunds', { charge })],
  ['a credit note', 'cn_1', retrieves('creditNotes', { customer: 'cus_1' })],
  ['a dispute', 'du_1', retrieves('disputes', { charge })],
  ['a checkout session', 'cs_1', retrieves('checkout.sessions', {})],
])('an event that names only %s leads to its customer', async (kind, id, stripe) => {
  const sessions = { sessions: { retrieve: async () => ({ customer: 'cus_1' }) } };
  expect(await ledTo(id, kind === 'a checkout session' ? { checkout: sessions } : stripe)).toBe('cus_1');
});

it.each([
  ['a refund without its charge', 're_1', retrieves('refunds', { charge: null })],
  ['a refund whose charge is an id', 're_1', retrieves('refunds', { charge: 'ch_1' })],
  ['an object of an unknown kind', 'xy_1', {}],
  ['a bill of no customer', 'in_1', retrieves('invoices', { customer: null })],
])('an event that names %s leads to no customer', async (_, id, stripe) => {
  expect(await ledTo(id, stripe)).toBeNull();
});
