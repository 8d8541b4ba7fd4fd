import type { ApiResponseOptions } from '@nestjs/swagger';
import type { ApiHeader } from './api-document.js';
import { named } from './share-components.js';

type Headers = NonNullable<ApiResponseOptions['headers']>;
type Header = Headers[string];

/** On every response. Added when the document is finished. */
export const REQUEST_ID_HEADER: ApiHeader = {
  description:
    'Id of this request: the `X-Request-Id` that was sent, if it has 8 to 128 characters of `A-Z a-z 0-9 . _ : -`; otherwise a new one.',
  required: true,
  schema: { type: 'string', examples: ['019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f'] },
};

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

/** RFC 9110 §10.2.2: address of a resource on another site. */
export const PAGE_LOCATION_HEADER: Header = named('Location-Of-Page', {
  description: 'The page, as in the body.',
  required: true,
  schema: { type: 'string', format: 'uri', example: 'https://checkout.stripe.com/c/pay/cs_test_a1' },
});

/** RFC 8288: only with CSV, whose body has no place for the cursor. */
export const NEXT_PAGE_HEADER: Header = {
  description: 'With CSV: the next page, absent on the last one.',
  schema: { type: 'string', example: '</admin/api/audit?cursor=eyJhdCI6IjIwMjYtMTEtMjAifQ>; rel="next"' },
};

/** Sent when an earlier request with the same Idempotency-Key had this result. */
export const REPLAYED_HEADER: Header = {
  description: '`true` when the result is that of an earlier request with this Idempotency-Key.',
  schema: { type: 'string', enum: ['true'] },
};

/** RFC 7240 §3. */
export const PREFERENCE_APPLIED_HEADER: Header = {
  description: 'The wait that was granted.',
  schema: { type: 'string', example: 'wait=25' },
};

/** Headers of a route with its own limits (`@Limit`). */
export const ROUTE_LIMIT_HEADERS: Headers = {
  RateLimit: named('RateLimit-Of-Route', {
    description: 'What is left (`r`) of each limit of this route, and the seconds (`t`) until it resets.',
    schema: { type: 'string', example: '"export";r=9;t=3600' },
  }),
  'RateLimit-Policy': named('RateLimit-Policy-Of-Route', {
    description: 'The limits: `q` requests in `w` seconds.',
    schema: { type: 'string', example: '"export";q=10;w=3600' },
  }),
};

/** draft-ietf-httpapi-ratelimit-headers-11; both leave out a policy without a limit. */
export const LIMIT_HEADERS: Headers = {
  RateLimit: {
    description:
      'The rest (`r`) of the day’s and the minute’s limit, and the seconds (`t`) until they reset.',
    schema: { type: 'string', example: '"daily";r=4;t=41234, "minute";r=59;t=12' },
  },
  'RateLimit-Policy': {
    description: 'The limits: `q` requests in `w` seconds.',
    schema: { type: 'string', example: '"daily";q=5;w=86400, "minute";q=60;w=60' },
  },
};
