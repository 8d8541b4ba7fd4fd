import { SANDBOX_API_VERSION } from '../sandbox-keys.js';
import type { StripeAccount } from './stripe-account.js';

/** The one endpoint that receives the events, as the dashboard lists it; empty before `webhooks.deliverTo`. */
export function webhookEndpoints({ state, now }: StripeAccount) {
  const { endpoint } = state.webhooks;
  if (endpoint === null) return [];
  return [
    {
      id: 'we_sandbox',
      object: 'webhook_endpoint' as const,
      api_version: SANDBOX_API_VERSION,
      application: null,
      created: now,
      description: null,
      enabled_events: ['*'],
      livemode: false,
      metadata: {},
      status: 'enabled',
      url: endpoint.url,
    },
  ];
}

/** The portal's default settings; empty where the owner did not save any. */
export function portalConfigurations({ state, now }: StripeAccount) {
  if (state.settings.hasPortal === false) return [];
  return [
    {
      id: 'bpc_sandbox',
      object: 'billing_portal.configuration' as const,
      active: true,
      application: null,
      business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
      created: now,
      default_return_url: null,
      features: {
        customer_update: { allowed_updates: [], enabled: false },
        invoice_history: { enabled: true },
        payment_method_update: { enabled: true },
        subscription_cancel: {
          cancellation_reason: { enabled: false, options: [] },
          enabled: true,
          mode: 'at_period_end' as const,
          proration_behavior: 'none' as const,
        },
        subscription_update: {
          default_allowed_updates: [],
          enabled: false,
          products: null,
          proration_behavior: 'none' as const,
        },
      },
      is_default: true,
      livemode: false,
      login_page: { enabled: false, url: null },
      metadata: {},
      name: null,
      updated: now,
    },
  ];
}
