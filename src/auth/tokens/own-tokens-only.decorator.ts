import { SetMetadata } from '@nestjs/common';

export const OWN_TOKENS_ONLY = 'auth:own-tokens-only';

/**
 * Signing in here is for those who sign in here: on every route under /auth tokens of a trusted issuer are none. A mark of
 * the controller, not a look at the address: an address can be written in many ways.
 */
export const OwnTokensOnly = () => SetMetadata(OWN_TOKENS_ONLY, true);
