import type Stripe from 'stripe';
import { z } from 'zod';
import { expireCheckout, openCheckout } from '../billing/checkout.js';
import { lookUp } from '../billing/lookup.js';
import { createPrice, createProduct, sellablePrice } from '../billing/prices.js';
import type { StripeAccount } from '../billing/stripe-account.js';
import type { Price } from '../state/kept.js';
import { listPage, newestFirst } from '../wire/listing.js';
import {
  boolean,
  currency,
  email,
  integer,
  isWithin,
  locale,
  metadata,
  oneOf,
  paging,
  paramsOf,
  range,
  text,
  url,
} from '../wire/params.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { route } from './api-route.js';
import { recurring } from './prices.routes.js';

/** Stripe sells at most so many things at once by subscription. */
const MAX_LINES = 20;
/** Two years (docs.stripe.com/api/checkout/sessions/create). */
const MAX_TRIAL_DAYS = 730;

const enabled = paramsOf<Stripe.Checkout.SessionCreateParams.AutomaticTax>()({ enabled: boolean() });
const priceData = paramsOf<Stripe.Checkout.SessionCreateParams.LineItem.PriceData>()({
  currency: currency(),
  unit_amount: integer({ min: 0 }),
  recurring: recurring,
  product: text().optional(),
  product_data: paramsOf<Stripe.Checkout.SessionCreateParams.LineItem.PriceData.ProductData>()({
    name: text(),
    description: text().optional(),
  }).optional(),
});
const line = paramsOf<Stripe.Checkout.SessionCreateParams.LineItem>()({
  price: text().optional(),
  price_data: priceData.optional(),
  quantity: integer({ min: 1 }).optional(),
});
const input = paramsOf<Stripe.Checkout.SessionCreateParams>()({
  mode: oneOf(['payment', 'setup', 'subscription']),
  line_items: z.array(line).min(1).max(MAX_LINES),
  success_url: url(),
  cancel_url: url().optional(),
  customer: text().optional(),
  customer_email: email().optional(),
  client_reference_id: text(200).optional(),
  expires_at: integer().optional(),
  locale: locale().optional(),
  currency: currency().optional(),
  ui_mode: oneOf(['hosted_page']).optional(),
  allow_promotion_codes: boolean().optional(),
  automatic_tax: enabled.optional(),
  tax_id_collection: enabled.optional(),
  phone_number_collection: enabled.optional(),
  billing_address_collection: oneOf(['auto', 'required']).optional(),
  payment_method_collection: oneOf(['always', 'if_required']).optional(),
  allowed_payment_method_types: z.array(text()).optional(),
  customer_update: paramsOf<Stripe.Checkout.SessionCreateParams.CustomerUpdate>()({
    address: oneOf(['auto', 'never']).optional(),
    name: oneOf(['auto', 'never']).optional(),
    shipping: oneOf(['auto', 'never']).optional(),
  }).optional(),
  metadata: metadata().optional(),
  subscription_data: paramsOf<Stripe.Checkout.SessionCreateParams.SubscriptionData>()({
    metadata: metadata().optional(),
    description: text(500).optional(),
    trial_period_days: integer({ min: 1, max: MAX_TRIAL_DAYS }).optional(),
    trial_end: integer().optional(),
    trial_settings: paramsOf<Stripe.Checkout.SessionCreateParams.SubscriptionData.TrialSettings>()({
      end_behavior:
        paramsOf<Stripe.Checkout.SessionCreateParams.SubscriptionData.TrialSettings.EndBehavior>()({
          missing_payment_method: oneOf(['cancel', 'create_invoice', 'pause']),
        }),
    }).optional(),
  }).optional(),
});

type Input = z.output<typeof input>;

/** https://docs.stripe.com/api/checkout/sessions */
export const checkoutRoutes = [
  route('POST', '/v1/checkout/sessions', input, createSession),
  route(
    'GET',
    '/v1/checkout/sessions',
    paramsOf<Stripe.Checkout.SessionListParams>()({
      ...paging,
      customer: text().optional(),
      subscription: text().optional(),
      payment_intent: text().optional(),
      status: oneOf(['open', 'complete', 'expired']).optional(),
      created: range().optional(),
    }),
    (account, { customer, subscription, payment_intent: intent, status, created, ...page }) => {
      const wanted = newestFirst(account.state.sessions).filter(
        (session) =>
          (customer === undefined || session.customer === customer) &&
          (subscription === undefined || session.subscription === subscription) &&
          (intent === undefined || session.payment_intent === intent) &&
          (status === undefined || session.status === status) &&
          (!created || isWithin(session.created, created)),
      );
      return listPage('/v1/checkout/sessions', wanted, page);
    },
  ),
  route(
    'GET',
    '/v1/checkout/sessions/:id',
    paramsOf<Stripe.Checkout.SessionRetrieveParams>()({}),
    (account, _, id) => session(account, id),
  ),
  route(
    'GET',
    '/v1/checkout/sessions/:id/line_items',
    paramsOf<Stripe.Checkout.SessionListLineItemsParams>()(paging),
    (account, page, id) =>
      listPage(
        `/v1/checkout/sessions/${session(account, id).id}/line_items`,
        account.state.orders[id]?.lines ?? [],
        page,
      ),
  ),
  route(
    'POST',
    '/v1/checkout/sessions/:id/expire',
    paramsOf<Stripe.Checkout.SessionExpireParams>()({}),
    (account, _, id) => expireCheckout(account, session(account, id)),
  ),
];

const session = (account: StripeAccount, id: string) =>
  lookUp(account.state.sessions, 'checkout.session', id);

function createSession(account: StripeAccount, params: Input): object {
  const { mode, line_items: lines, customer_update, ui_mode: _ui, currency: _currency, ...rest } = params;
  if (mode !== 'subscription')
    throw StripeApiError.invalid('mode', `The sandbox has no checkout in \`${mode}\` mode.`);
  if (rest.customer !== undefined) lookUp(account.state.customers, 'customer', rest.customer, 'customer');
  if (rest.customer !== undefined && rest.customer_email !== undefined)
    throw new StripeApiError(400, 'You may only specify one of these parameters: customer, customer_email.');
  if (customer_update && rest.customer === undefined)
    throw StripeApiError.invalid('customer_update', '`customer_update` can only be used with `customer`.');
  const bought = lines.map((line, index) => ({
    price: priceOf(account, line, index),
    quantity: line.quantity ?? missingQuantity(index),
  }));
  const { currency } = (rest.customer !== undefined && account.state.customers[rest.customer]) || {
    currency: null,
  };
  if (currency != null && bought.some(({ price }) => price.currency !== currency))
    throw new StripeApiError(
      400,
      `You cannot combine currencies on a single customer. This customer has an active subscription, subscription schedule, discount, quote, invoice item, or invoice with currency ${currency}.`,
    );
  return openCheckout(account, { ...rest, lines: bought });
}

function priceOf(
  account: StripeAccount,
  { price, price_data: data }: Input['line_items'][number],
  index: number,
): Price {
  const at = `line_items[${index}]`;
  if (price !== undefined) return sellablePrice(account, price, `${at}[price]`);
  if (!data)
    throw StripeApiError.invalid(
      `${at}[price]`,
      `Missing required param: ${at}[price].`,
      'parameter_missing',
    );
  const { product, product_data: named, ...amount } = data;
  if (product === undefined && !named)
    throw StripeApiError.invalid(
      `${at}[price_data][product]`,
      `Missing required param: ${at}[price_data][product].`,
      'parameter_missing',
    );
  return createPrice(account, { ...amount, product: product ?? createProduct(account, named!).id });
}

function missingQuantity(index: number): never {
  throw StripeApiError.invalid(
    `line_items[${index}][quantity]`,
    'Quantity is required. Add `quantity` to `line_items[' + String(index) + ']`',
  );
}
