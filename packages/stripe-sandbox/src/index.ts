export { PAYING_CARDS } from './billing/checkout-payment.js';
export { find } from './billing/lookup.js';
export { isOver, mainItem, periodEndOf } from './billing/subscription-facts.js';
export {
  SANDBOX_PRO_PRICE_ID,
  SANDBOX_PRO_YEARLY_PRICE_ID,
  SANDBOX_STRIPE_KEY,
  SANDBOX_WEBHOOK_SECRET,
} from './sandbox-keys.js';
export {
  type CheckoutSession,
  type Customer,
  type Invoice,
  type PortalSession,
  type Subscription,
} from './state/kept.js';
export { type Entry, StateDocument } from './state/state-document.js';
export {
  type CardBehaviour,
  type CheckoutOrder,
  type StripeState,
  WEBHOOK_MODES,
  type WebhookMode,
} from './state/stripe-state.js';
export { MemoryStripeStore, StripeStore } from './state/stripe-store.js';
export { StripeSandbox } from './stripe-sandbox.js';
export { type EventReport } from './webhooks/webhook-control.js';
export { type StripeCall } from './wire/call-log.js';
export { newestFirst } from './wire/listing.js';
export { StripeApiError } from './wire/stripe-api.error.js';
export {
  InvalidStripeScriptError,
  parseStripeScripts,
  SCRIPT_OUTCOMES,
  type StripeScript,
} from './wire/stripe-script.js';
