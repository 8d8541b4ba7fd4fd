import type Stripe from 'stripe';
import { openPortal } from '../billing/portal.js';
import { locale, paramsOf, text, url } from '../wire/params.js';
import { route } from './api-route.js';

const input = paramsOf<Stripe.BillingPortal.SessionCreateParams>()({
  customer: text(),
  return_url: url().optional(),
  configuration: text().optional(),
  locale: locale().optional(),
});

/** https://docs.stripe.com/api/customer_portal/sessions */
export const portalRoutes = [
  route(
    'POST',
    '/v1/billing_portal/sessions',
    input,
    (account, { configuration: _configuration, ...portal }) => openPortal(account, portal),
  ),
];
