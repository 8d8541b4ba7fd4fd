import type { ApiResponseOptions } from '@nestjs/swagger';

type Headers = NonNullable<ApiResponseOptions['headers']>;
type Header = Headers[string];

/** RFC 9110 §11.6.1. */
export const CHALLENGE_HEADER: Header = {
  description: 'Always `Bearer`.',
  required: true,
  schema: { type: 'string', example: 'Bearer' },
};

/** RFC 9110 §10.2.3. */
export const RETRY_AFTER_HEADER: Header = {
  description: 'Seconds to wait before the next attempt.',
  required: true,
  schema: { type: 'integer', minimum: 1, example: 30 },
};

/** draft-ietf-httpapi-ratelimit-headers-11; a policy without a limit is left out of both. */
export const LIMIT_HEADERS: Headers = {
  RateLimit: {
    description:
      'What is left (`r`) of the day and of the minute, and the seconds (`t`) until they begin anew.',
    schema: { type: 'string', example: '"daily";r=4;t=41234, "minute";r=59;t=12' },
  },
  'RateLimit-Policy': {
    description: 'The limits: `q` requests in `w` seconds.',
    schema: { type: 'string', example: '"daily";q=5;w=86400, "minute";q=60;w=60' },
  },
};
