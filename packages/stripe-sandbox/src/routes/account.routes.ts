import type Stripe from 'stripe';
import { portalConfigurations, webhookEndpoints } from '../billing/account-settings.js';
import { listPage } from '../wire/listing.js';
import { boolean, paging, paramsOf } from '../wire/params.js';
import { route } from './api-route.js';

const configurations = paramsOf<Stripe.BillingPortal.ConfigurationListParams>()({
  ...paging,
  active: boolean().optional(),
  is_default: boolean().optional(),
});

/** https://docs.stripe.com/api/webhook_endpoints and https://docs.stripe.com/api/customer_portal/configurations */
export const accountRoutes = [
  route(
    'GET',
    '/v1/webhook_endpoints',
    paramsOf<Stripe.WebhookEndpointListParams>()(paging),
    (account, page) => listPage('/v1/webhook_endpoints', webhookEndpoints(account), page),
  ),
  route(
    'GET',
    '/v1/billing_portal/configurations',
    configurations,
    (account, { active, is_default: isDefault, ...page }) => {
      const wanted = portalConfigurations(account).filter(
        (each) =>
          (active === undefined || each.active === active) &&
          (isDefault === undefined || each.is_default === isDefault),
      );
      return listPage('/v1/billing_portal/configurations', wanted, page);
    },
  ),
];
