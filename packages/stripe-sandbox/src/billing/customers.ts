import type { Customer, Metadata } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { lookUp, mergeMetadata } from './lookup.js';
import { endNow } from './subscription-end.js';
import { isOver } from './subscription-facts.js';
import type { StripeAccount } from './stripe-account.js';

/** Fields of a customer that a request may set. */
export interface CustomerInput {
  email?: string | null;
  name?: string | null;
  phone?: string | null;
  description?: string | null;
  address?: Partial<NonNullable<Customer['address']>> | null;
  preferred_locales?: string[];
  metadata?: Metadata | null;
}

/** Creates a customer and emits its event. */
export function createCustomer(account: StripeAccount, input: CustomerInput): Customer {
  const customer: Customer = {
    id: newStripeId('cus', 14),
    object: 'customer',
    address: addressOf(input.address ?? null),
    balance: 0,
    created: account.now,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: input.description ?? null,
    discount: null,
    email: input.email ?? null,
    invoice_prefix: newStripeId('x', 8).slice(2).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: mergeMetadata({}, input.metadata),
    name: input.name ?? null,
    next_invoice_sequence: 1,
    phone: input.phone ?? null,
    preferred_locales: input.preferred_locales ?? [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
  account.state.customers[customer.id] = customer;
  account.emit('customer.created', customer);
  return customer;
}

/** Changes the given fields and keeps the others. */
export function updateCustomer(account: StripeAccount, id: string, input: CustomerInput): Customer {
  const customer = lookUp(account.state.customers, 'customer', id);
  account.change('customer.updated', customer, () => {
    const { metadata, address, ...plain } = input;
    for (const [key, value] of Object.entries(plain))
      if (value !== undefined) Object.assign(customer, { [key]: value });
    if (address !== undefined) customer.address = addressOf(address);
    customer.metadata = mergeMetadata(customer.metadata, metadata);
  });
  return customer;
}

/** Deletes the customer finally; its subscriptions end at once. */
export function deleteCustomer(
  account: StripeAccount,
  id: string,
): { id: string; object: 'customer'; deleted: true } {
  const customer = lookUp(account.state.customers, 'customer', id);
  for (const subscription of Object.values(account.state.subscriptions))
    if (subscription.customer === id && !isOver(subscription)) endNow(account, subscription, null);
  delete account.state.customers[id];
  delete account.state.wallets[id];
  account.emit('customer.deleted', customer);
  return (account.state.deletedCustomers[id] = { id, object: 'customer', deleted: true });
}

const addressOf = (address: Partial<NonNullable<Customer['address']>> | null): Customer['address'] =>
  address && {
    city: null,
    country: null,
    line1: null,
    line2: null,
    postal_code: null,
    state: null,
    ...address,
  };
