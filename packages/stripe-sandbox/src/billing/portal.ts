import type { PortalSession } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { lookUp } from './lookup.js';
import type { StripeAccount } from './stripe-account.js';

/** Opens the portal for a customer. */
export function openPortal(
  account: StripeAccount,
  { customer, return_url, locale }: { customer: string; return_url?: string; locale?: string },
): PortalSession {
  lookUp(account.state.customers, 'customer', customer, 'customer');
  if (account.state.settings.hasPortal === false)
    throw new StripeApiError(
      400,
      'No configuration provided and your test mode default configuration has not been created. Provide a configuration or create your default by saving your customer portal settings in test mode at https://dashboard.stripe.com/test/settings/billing/portal.',
    );
  const id = newStripeId('bps');
  return (account.state.portalSessions[id] = {
    id,
    object: 'billing_portal.session',
    after_expiration: null,
    configuration: 'bpc_sandbox',
    created: account.now,
    customer,
    customer_account: null,
    flow: null,
    livemode: false,
    locale: (locale ?? null) as PortalSession['locale'],
    on_behalf_of: null,
    return_url: return_url ?? null,
    url: `${account.pagesUrl}/portal/${id}`,
  });
}
