import type { StripeSettings } from '../../platform/config/config.js';

/** The {@link StripeSettings} in force: the configuration's, or the sandbox's. */
export const STRIPE_ENDPOINT = Symbol('StripeEndpoint');

/** Tells whether the key is of live mode (real money). Objects and events of the other mode are ignored. */
export const isLive = ({ secretKey }: StripeSettings): boolean => /^.k_live_/.test(secretKey);
