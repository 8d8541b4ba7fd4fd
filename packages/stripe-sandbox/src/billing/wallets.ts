import type { PaymentMethod } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import type { Wallet } from '../state/stripe-state.js';
import type { World } from './world.js';

/** The customer's means of payment; empty for one who has none. */
export function walletOf(world: World, customer: string): Wallet {
  return (world.state.wallets[customer] ??= { paymentMethod: null, behaviour: 'works' });
}

/** Gives the customer a card, if he has none, and makes it the one that pays. */
export function giveCard(world: World, id: string, email: string | null): PaymentMethod {
  const wallet = walletOf(world, id);
  if (wallet.paymentMethod) return wallet.paymentMethod;
  const method = newCard(world, id, email);
  wallet.paymentMethod = method;
  const customer = world.state.customers[id];
  if (customer)
    world.change('customer.updated', customer, () => {
      customer.invoice_settings.default_payment_method = method.id;
    });
  return method;
}

/** 4242…: the card of every trial. */
function newCard(world: World, customer: string, email: string | null): PaymentMethod {
  return {
    id: newStripeId('pm'),
    object: 'payment_method',
    allow_redisplay: 'limited',
    billing_details: { address: null, email, name: null, phone: null, tax_id: null },
    card: {
      brand: 'visa',
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: 'visa',
      exp_month: 12,
      exp_year: new Date(world.now * 1000).getUTCFullYear() + 4,
      fingerprint: 'sandboxsandbox42',
      funding: 'credit',
      generated_from: null,
      last4: '4242',
      networks: { available: ['visa'], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: world.now,
    customer,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
}
