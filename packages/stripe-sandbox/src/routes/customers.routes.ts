import type Stripe from 'stripe';
import { z } from 'zod';
import { createCustomer, deleteCustomer, updateCustomer } from '../billing/customers.js';
import { find, lookUp } from '../billing/lookup.js';
import { listPage, newestFirst } from '../wire/listing.js';
import {
  clearable,
  clearableEmail,
  isWithin,
  metadata,
  paging,
  paramsOf,
  range,
  searching,
  text,
} from '../wire/params.js';
import { searchPage } from '../wire/search.js';
import { route } from './api-route.js';

const address = paramsOf<Stripe.AddressParam>()({
  city: clearable().optional(),
  country: clearable().optional(),
  line1: clearable().optional(),
  line2: clearable().optional(),
  postal_code: clearable().optional(),
  state: clearable().optional(),
});
const input = paramsOf<Stripe.CustomerCreateParams & Stripe.CustomerUpdateParams>()({
  email: clearableEmail().optional(),
  name: clearable(256).optional(),
  phone: clearable(20).optional(),
  description: clearable().optional(),
  address: z.union([z.literal('').transform(() => null), address]).optional(),
  preferred_locales: z.array(text(10)).optional(),
  metadata: metadata().optional(),
});
const FIELDS = { texts: ['email', 'name', 'phone'], numbers: ['created'] };

/** https://docs.stripe.com/api/customers */
export const customerRoutes = [
  route('POST', '/v1/customers', input, createCustomer),
  route(
    'GET',
    '/v1/customers',
    paramsOf<Stripe.CustomerListParams>()({
      ...paging,
      email: text().optional(),
      created: range().optional(),
    }),
    (account, { email, created, ...page }) => {
      const wanted = newestFirst(account.state.customers).filter(
        (customer) =>
          (email === undefined || customer.email === email) &&
          (!created || isWithin(customer.created, created)),
      );
      return listPage('/v1/customers', wanted, page);
    },
  ),
  route('GET', '/v1/customers/search', paramsOf<Stripe.CustomerSearchParams>()(searching), (account, query) =>
    searchPage('/v1/customers/search', newestFirst(account.state.customers), FIELDS, query),
  ),
  route(
    'GET',
    '/v1/customers/:id',
    paramsOf<Stripe.CustomerRetrieveParams>()({}),
    (account, _, id) =>
      find(account.state.deletedCustomers, id) ?? lookUp(account.state.customers, 'customer', id),
  ),
  route('POST', '/v1/customers/:id', input, (account, changes, id) => updateCustomer(account, id, changes)),
  route('DELETE', '/v1/customers/:id', paramsOf<Stripe.CustomerRetrieveParams>()({}), (account, _, id) =>
    deleteCustomer(account, id),
  ),
];
