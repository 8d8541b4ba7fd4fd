import { SetMetadata } from '@nestjs/common';

export const OWN_TOKENS_ONLY = 'auth:own-tokens-only';

/**
 * Refuses tokens of trusted issuers on the routes under /auth, which manage this server's own sign-ins. A mark on the
 * controller instead of a test of the path, because a path can be written in many ways.
 */
export const OwnTokensOnly = () => SetMetadata(OWN_TOKENS_ONLY, true);
