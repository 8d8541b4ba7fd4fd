import { SetMetadata } from '@nestjs/common';

export const NO_RATE_LIMIT = 'platform:no-rate-limit';

/** For routes that machines ask again and again, or that cost nothing: health, pages. */
export const NoRateLimit = () => SetMetadata(NO_RATE_LIMIT, true);
