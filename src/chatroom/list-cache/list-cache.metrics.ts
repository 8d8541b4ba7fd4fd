import { counter } from '../../platform/metrics/instruments.js';

/** By the wire's X-Cache. */
export const LIST_READS = counter(
  'chat_list_cache_reads_total',
  'Reads of the room list, by where it came from.',
  {
    outcome: ['HIT', 'MISS', 'BYPASS'],
  },
);
