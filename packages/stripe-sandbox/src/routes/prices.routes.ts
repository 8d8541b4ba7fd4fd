import type Stripe from 'stripe';
import { z } from 'zod';
import { lookUp } from '../billing/lookup.js';
import { createPrice, createProduct } from '../billing/prices.js';
import { listPage, newestFirst } from '../wire/listing.js';
import {
  boolean,
  clearable,
  currency,
  integer,
  metadata,
  oneOf,
  paging,
  paramsOf,
  text,
} from '../wire/params.js';
import { route } from './api-route.js';

/** The longest that a price may be paid for at once is three years. */
const MAX_INTERVALS = 1095;

export const recurring = paramsOf<Stripe.PriceCreateParams.Recurring>()({
  interval: oneOf(['day', 'week', 'month', 'year']),
  interval_count: integer({ min: 1, max: MAX_INTERVALS }).optional(),
});
const product = paramsOf<Stripe.ProductCreateParams>()({
  id: text().optional(),
  name: text(),
  description: clearable().optional(),
  active: boolean().optional(),
  metadata: metadata().optional(),
});
const price = paramsOf<Stripe.PriceCreateParams>()({
  product: text(),
  currency: currency(),
  unit_amount: integer({ min: 0 }),
  recurring: recurring.optional(),
  nickname: text().optional(),
  lookup_key: text(200).optional(),
  active: boolean().optional(),
  metadata: metadata().optional(),
});

/** https://docs.stripe.com/api/products and https://docs.stripe.com/api/prices */
export const priceRoutes = [
  route('POST', '/v1/products', product, createProduct),
  route(
    'GET',
    '/v1/products',
    paramsOf<Stripe.ProductListParams>()({ ...paging, active: boolean().optional() }),
    (account, { active, ...page }) =>
      listPage(
        '/v1/products',
        newestFirst(account.state.products).filter((each) => active === undefined || each.active === active),
        page,
      ),
  ),
  route('GET', '/v1/products/:id', paramsOf<Stripe.PriceRetrieveParams>()({}), (account, _, id) =>
    lookUp(account.state.products, 'product', id),
  ),
  route('POST', '/v1/prices', price, createPrice),
  route(
    'GET',
    '/v1/prices',
    paramsOf<Stripe.PriceListParams>()({
      ...paging,
      active: boolean().optional(),
      product: text().optional(),
      currency: currency().optional(),
      type: oneOf(['one_time', 'recurring']).optional(),
      lookup_keys: z.array(text()).max(10).optional(),
    }),
    (account, { active, product, currency, type, lookup_keys: keys, ...page }) => {
      const wanted = newestFirst(account.state.prices).filter(
        (each) =>
          (active === undefined || each.active === active) &&
          (product === undefined || each.product === product) &&
          (currency === undefined || each.currency === currency) &&
          (type === undefined || each.type === type) &&
          (keys === undefined || keys.includes(each.lookup_key ?? '')),
      );
      return listPage('/v1/prices', wanted, page);
    },
  ),
  route('GET', '/v1/prices/:id', paramsOf<Stripe.PriceRetrieveParams>()({}), (account, _, id) =>
    lookUp(account.state.prices, 'price', id),
  ),
];
