import { ApiHeader } from '@nestjs/swagger';
import { REPLAYED_HEADER } from '../platform/openapi/shared-headers.js';
import type { Success } from '../platform/openapi/operation.decorator.js';

/** Headers of a 201. */
export const CREATED_HEADERS: Success['headers'] = {
  Location: {
    description: 'Path of the room.',
    required: true,
    schema: { type: 'string', example: '/chatroom/019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f' },
  },
  'Idempotency-Replayed': REPLAYED_HEADER,
};

/** Headers of a list of rooms. */
export const LIST_HEADERS: Success['headers'] = {
  'X-Cache': {
    description:
      'Whether the list came from the cache. Only the first page with default parameters is cached. `BYPASS`: the cache was not used, or the list is too long for it (64 KB).',
    schema: { type: 'string', enum: ['HIT', 'MISS', 'BYPASS'] },
  },
  ETag: {
    description: 'Validator of this list, for `If-None-Match`.',
    schema: { type: 'string', example: '"k3Jx0cQ9"' },
  },
  'Cache-Control': {
    description: 'The list is private to the caller and must be revalidated on each use.',
    schema: { type: 'string', example: 'private, no-cache' },
  },
};

/** Documents `If-None-Match` (RFC 9110 §13.1.2). */
export const ApiIfNoneMatch = (): MethodDecorator =>
  ApiHeader({
    name: 'If-None-Match',
    required: false,
    description:
      'The `ETag` of an earlier list. When the list has not changed, the answer is 304 without a body.',
    schema: { type: 'string', example: '"k3Jx0cQ9"' },
  });
