import { SetMetadata } from '@nestjs/common';

export const NO_RATE_LIMIT = 'platform:no-rate-limit';

/** For routes that machines poll or that cost nothing: health, pages. */
export const NoRateLimit = () => SetMetadata(NO_RATE_LIMIT, true);

export const NO_RATE_LIMIT_FOR_LOCAL_PEER = 'platform:no-rate-limit-for-local-peer';

/** For the sandbox's routes, which a developer or a test on this machine may call without a limit. */
export const NoRateLimitForLocalPeer = () => SetMetadata(NO_RATE_LIMIT_FOR_LOCAL_PEER, true);
