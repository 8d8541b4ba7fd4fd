import type { CheckoutSession, LineItem, Metadata, Price } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import type { CheckoutOrder } from '../state/stripe-state.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import type { StripeAccount } from './stripe-account.js';

const MIN_LIFE_SECONDS = 30 * 60;
const MAX_LIFE_SECONDS = 24 * 3600;
const DAY_SECONDS = 86_400;
/** The shortest trial that can be set by its end (docs.stripe.com/payments/checkout/free-trials). */
const MIN_TRIAL_SECONDS = 48 * 3600;

/** Parameters of a new checkout session. */
export interface CheckoutInput {
  lines: { price: Price; quantity: number }[];
  customer?: string;
  customer_email?: string;
  client_reference_id?: string;
  success_url: string;
  cancel_url?: string;
  expires_at?: number;
  locale?: string;
  allow_promotion_codes?: boolean;
  automatic_tax?: { enabled: boolean };
  billing_address_collection?: 'auto' | 'required';
  payment_method_collection?: 'always' | 'if_required';
  allowed_payment_method_types?: string[];
  tax_id_collection?: { enabled: boolean };
  phone_number_collection?: { enabled: boolean };
  metadata?: Metadata | null;
  subscription_data?: {
    metadata?: Metadata | null;
    description?: string;
    trial_period_days?: number;
    trial_end?: number;
    trial_settings?: { end_behavior: { missing_payment_method: 'cancel' | 'create_invoice' | 'pause' } };
  };
}

/** Opens a checkout. A new session makes no event. */
export function openCheckout(account: StripeAccount, input: CheckoutInput): CheckoutSession {
  checkTimes(account, input);
  const id = newStripeId('cs_test', 58);
  const lines = input.lines.map(({ price, quantity }) => lineItem(price, quantity));
  const order = orderOf(input, lines);
  const free = order.trialDays !== null || order.trialEnd !== null;
  const subtotal = lines.reduce((sum, { amount_total }) => sum + amount_total, 0);
  const amount = free ? 0 : subtotal;
  const session: CheckoutSession = {
    id,
    object: 'checkout.session',
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: input.allow_promotion_codes ?? null,
    allowed_payment_method_types: input.allowed_payment_method_types ?? null,
    amount_subtotal: amount,
    amount_total: amount,
    automatic_tax: {
      enabled: input.automatic_tax?.enabled ?? false,
      liability: input.automatic_tax?.enabled ? { type: 'self' } : null,
      provider: null,
      status: input.automatic_tax?.enabled ? 'complete' : null,
    },
    billing_address_collection: input.billing_address_collection ?? null,
    cancel_url: input.cancel_url ?? null,
    client_reference_id: input.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: account.now,
    currency: input.lines[0]!.price.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: input.customer ?? null,
    customer_account: null,
    customer_creation: input.customer === undefined ? 'always' : null,
    customer_details: customerDetails(account, input),
    customer_email: input.customer_email ?? null,
    discounts: [],
    expires_at: input.expires_at ?? account.now + MAX_LIFE_SECONDS,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: (input.locale ?? null) as CheckoutSession['locale'],
    managed_payments: null,
    metadata: input.metadata ?? {},
    mode: 'subscription',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: input.payment_method_collection ?? 'always',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: input.allowed_payment_method_types ?? ['card'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: input.phone_number_collection?.enabled ?? false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: input.success_url,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${account.pagesUrl}/checkout/${id}`,
    wallet_options: null,
    ...(input.tax_id_collection && {
      tax_id_collection: { enabled: input.tax_id_collection.enabled, required: 'never' as const },
    }),
  };
  account.state.sessions[id] = session;
  account.state.orders[id] = order;
  return session;
}

/** @throws StripeApiError 400 for a session that is not open */
export function expireCheckout(account: StripeAccount, session: CheckoutSession): CheckoutSession {
  if (session.status !== 'open')
    throw new StripeApiError(
      400,
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status ?? ''}\`.`,
    );
  session.status = 'expired';
  session.url = null;
  account.emit('checkout.session.expired', session);
  return session;
}

function checkTimes(account: StripeAccount, { expires_at, subscription_data }: CheckoutInput): void {
  const life = (expires_at ?? account.now + MAX_LIFE_SECONDS) - account.now;
  if (life < MIN_LIFE_SECONDS)
    throw StripeApiError.invalid(
      'expires_at',
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
    );
  if (life > MAX_LIFE_SECONDS)
    throw StripeApiError.invalid(
      'expires_at',
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
    );
  const { trial_end, trial_period_days } = subscription_data ?? {};
  if (trial_end !== undefined && trial_period_days !== undefined)
    throw StripeApiError.invalid(
      'subscription_data[trial_end]',
      'You may only specify one of these parameters: trial_end, trial_period_days.',
    );
  if (trial_end !== undefined && trial_end < account.now + MIN_TRIAL_SECONDS)
    throw StripeApiError.invalid(
      'subscription_data[trial_end]',
      'The `trial_end` date has to be at least 2 days in the future.',
    );
}

function orderOf({ subscription_data: data = {} }: CheckoutInput, lines: LineItem[]): CheckoutOrder {
  return {
    lines,
    subscriptionMetadata: data.metadata ?? {},
    description: data.description ?? null,
    trialEnd: data.trial_end ?? null,
    trialDays: data.trial_period_days ?? null,
    missingPaymentMethod: data.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    incomplete: null,
    declined: null,
  };
}

/** End of the trial of an order that is paid now. */
export const trialEndOf = (account: StripeAccount, { trialEnd, trialDays }: CheckoutOrder): number | null =>
  trialDays === null ? trialEnd : account.now + trialDays * DAY_SECONDS;

function customerDetails(account: StripeAccount, input: CheckoutInput): CheckoutSession['customer_details'] {
  const customer = account.state.customers[input.customer ?? ''];
  const email = customer?.email ?? input.customer_email ?? null;
  if (!customer && email === null) return null;
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name: customer?.name ?? null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: null,
  };
}

function lineItem(price: Price, quantity: number): LineItem {
  const amount = (price.unit_amount ?? 0) * quantity;
  return {
    id: newStripeId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: price.nickname ?? 'Pro',
    metadata: {},
    price: structuredClone(price),
    quantity,
  };
}
