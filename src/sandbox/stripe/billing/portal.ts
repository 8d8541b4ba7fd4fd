import type { PortalSession } from '../state/kept.js';
import { newStripeId } from '../state/stripe-id.js';
import { lookUp } from './lookup.js';
import type { World } from './world.js';

/** Opens the portal for a customer. */
export function openPortal(
  world: World,
  { customer, return_url, locale }: { customer: string; return_url?: string; locale?: string },
): PortalSession {
  lookUp(world.state.customers, 'customer', customer, 'customer');
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
