import {
  SANDBOX_PRO_PRICE_ID,
  SANDBOX_PRO_PRODUCT_ID,
  SANDBOX_PRO_YEARLY_PRICE_ID,
} from '../sandbox-keys.js';
import type { Metadata, Price, Product } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { find, lookUp } from './lookup.js';
import type { StripeAccount } from './stripe-account.js';

/** $20 a month and $200 a year: the yearly price saves two months. */
const MONTHLY_CENTS = 2000;
const YEARLY_CENTS = 20_000;

/** Parameters of a new product. */
export interface ProductInput {
  id?: string;
  name: string;
  description?: string | null;
  active?: boolean;
  metadata?: Metadata | null;
}

/** Parameters of a new price. */
export interface PriceInput {
  id?: string;
  product: string;
  currency: string;
  unit_amount: number;
  recurring?: { interval: 'day' | 'week' | 'month' | 'year'; interval_count?: number };
  nickname?: string;
  lookup_key?: string;
  active?: boolean;
  metadata?: Metadata | null;
}

/** Puts Pro on sale, if it is not. */
export function stockShelves(account: StripeAccount): void {
  if (account.state.products[SANDBOX_PRO_PRODUCT_ID]) return;
  const { id: product } = addProduct(account, {
    id: SANDBOX_PRO_PRODUCT_ID,
    name: 'Pro',
    description: 'The Pro tier',
  });
  const common = { product, currency: 'usd' };
  addPrice(account, {
    ...common,
    id: SANDBOX_PRO_PRICE_ID,
    unit_amount: MONTHLY_CENTS,
    recurring: { interval: 'month' },
    lookup_key: 'pro_monthly',
  });
  addPrice(account, {
    ...common,
    id: SANDBOX_PRO_YEARLY_PRICE_ID,
    unit_amount: YEARLY_CENTS,
    recurring: { interval: 'year' },
    lookup_key: 'pro_yearly',
  });
}

/** Creates a product and emits its event. */
export function createProduct(account: StripeAccount, input: ProductInput): Product {
  if (find(account.state.products, input.id))
    throw StripeApiError.invalid('id', `Product already exists.`, 'resource_already_exists');
  const product = addProduct(account, input);
  account.emit('product.created', product);
  return product;
}

/** Creates a price and emits its event. */
export function createPrice(account: StripeAccount, input: PriceInput): Price {
  lookUp(account.state.products, 'product', input.product, 'product');
  const price = addPrice(account, input);
  account.emit('price.created', price);
  return price;
}

/**
 * A price for subscriptions.
 * @throws StripeApiError for an unknown or inactive price, and for a one-time price
 */
export function sellablePrice(account: StripeAccount, id: string, param: string): Price {
  const price = lookUp(account.state.prices, 'price', id, param);
  if (!price.active)
    throw StripeApiError.invalid(
      param,
      `The price specified is inactive. This field only accepts active prices.`,
      'resource_missing',
    );
  if (!price.recurring)
    throw StripeApiError.invalid(
      param,
      'You must provide at least one recurring price in `subscription` mode when using prices.',
    );
  return price;
}

function addProduct(account: StripeAccount, input: ProductInput): Product {
  const product: Product = {
    id: input.id ?? newStripeId('prod', 14),
    object: 'product',
    active: input.active ?? true,
    created: account.now,
    default_price: null,
    description: input.description ?? null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: input.metadata ?? {},
    name: input.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: account.now,
    url: null,
  };
  return (account.state.products[product.id] = product);
}

function addPrice(account: StripeAccount, input: PriceInput): Price {
  const { recurring } = input;
  const price: Price = {
    id: input.id ?? newStripeId('price'),
    object: 'price',
    active: input.active ?? true,
    billing_scheme: 'per_unit',
    created: account.now,
    currency: input.currency.toLowerCase(),
    custom_unit_amount: null,
    livemode: false,
    lookup_key: input.lookup_key ?? null,
    metadata: input.metadata ?? {},
    nickname: input.nickname ?? null,
    product: input.product,
    recurring: recurring
      ? {
          interval: recurring.interval,
          interval_count: recurring.interval_count ?? 1,
          meter: null,
          trial_period_days: null,
          usage_type: 'licensed',
        }
      : null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring ? 'recurring' : 'one_time',
    unit_amount: input.unit_amount,
    unit_amount_decimal: String(input.unit_amount),
  };
  return (account.state.prices[price.id] = price);
}
