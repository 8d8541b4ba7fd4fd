/** Where Stripe is, with which keys. */
export interface StripeEndpoint {
  secretKey: string;
  /** Signing secrets of the webhook endpoint: several while one is rotated. */
  webhookSecrets: string[];
  /** Prices that are Pro; the first one is offered. */
  pricesPro: string[];
  /** Another address that speaks Stripe's API; null: Stripe's own. */
  apiBase: string | null;
}

export const STRIPE_ENDPOINT = Symbol('StripeEndpoint');

/** Does this key spend real money? Objects and events of the other mode are none of ours. */
export const isLive = ({ secretKey }: StripeEndpoint): boolean => /^.k_live_/.test(secretKey);
