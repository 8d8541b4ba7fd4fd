import type { PaymentMethod } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import type { Wallet } from '../state/stripe-state.js';
import type { StripeAccount } from './stripe-account.js';

/** The customer's payment methods; empty without any. */
export function walletOf(account: StripeAccount, customer: string): Wallet {
  return (account.state.wallets[customer] ??= { paymentMethod: null, behaviour: 'works' });
}

/** Gives a customer without a card a card, and makes it the default. */
export function giveCard(account: StripeAccount, id: string, email: string | null): PaymentMethod {
  const wallet = walletOf(account, id);
  if (wallet.paymentMethod) return wallet.paymentMethod;
  const method = newCard(account, id, email);
  wallet.paymentMethod = method;
  const customer = account.state.customers[id];
  if (customer)
    account.change('customer.updated', customer, () => {
      customer.invoice_settings.default_payment_method = method.id;
    });
  return method;
}

/** 4242…: the card of every trial. */
function newCard(account: StripeAccount, customer: string, email: string | null): PaymentMethod {
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
      exp_year: new Date(account.now * 1000).getUTCFullYear() + 4,
      fingerprint: 'sandboxsandbox42',
      funding: 'credit',
      generated_from: null,
      last4: '4242',
      networks: { available: ['visa'], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: account.now,
    customer,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
}
