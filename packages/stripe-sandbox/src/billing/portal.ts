import type { PortalSession } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { StripeApiError } from '../wire/stripe-api.error.js';
import { lookUp } from './lookup.js';
import type { World } from './world.js';

/** Opens the portal for a customer. */
export function openPortal(
  world: World,
  { customer, return_url, locale }: { customer: string; return_url?: string; locale?: string },
): PortalSession {
  lookUp(world.state.customers, 'customer', customer, 'customer');
  if (world.state.settings.hasPortal === false)
    throw new StripeApiError(
      400,
      'No configuration provided and your test mode default configuration has not been created. Provide a configuration or create your default by saving your customer portal settings in test mode at https://dashboard.stripe.com/test/settings/billing/portal.',
    );
  const id = newStripeId('bps');
  return (world.state.portalSessions[id] = {
    id,
    object: 'billing_portal.session',
    after_expiration: null,
    configuration: 'bpc_sandbox',
    created: world.now,
    customer,
    customer_account: null,
    flow: null,
    livemode: false,
    locale: (locale ?? null) as PortalSession['locale'],
    on_behalf_of: null,
    return_url: return_url ?? null,
    url: `${world.pagesUrl}/portal/${id}`,
  });
}
