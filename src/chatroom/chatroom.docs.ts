import type { Success } from '../platform/http/operation.decorator.js';

/** Headers of a 201. */
export const CREATED_HEADERS: Success['headers'] = {
  Location: { description: 'Path of the room.', schema: { type: 'string' } },
  'Idempotency-Replayed': {
    description: '`true` when an earlier request with this Idempotency-Key made the room.',
    schema: { type: 'string', enum: ['true'] },
  },
};

/** Headers of a list of rooms. */
export const LIST_HEADERS: Success['headers'] = {
  'X-Cache': {
    description:
      'Did the list come from the cache? Only the first page with default parameters is kept there; `BYPASS`: the cache was not asked.',
    schema: { type: 'string', enum: ['HIT', 'MISS', 'BYPASS'] },
  },
  ETag: { description: 'Names exactly this list, for `If-None-Match`.', schema: { type: 'string' } },
  'Cache-Control': {
    description: 'Private to the caller, to be asked about every time.',
    schema: { type: 'string' },
  },
};
