import { counter, histogram, QUICK_BUCKETS } from '../metrics/instruments.js';

export const STREAM_PUBLISH = histogram(
  'chat_stream_publish_seconds',
  'Time from the first text piece of a batch until the stream channel took the batch: the lag that readers see.',
  { outcome: ['published', 'failed'] },
  QUICK_BUCKETS,
);
export const STREAM_DROPPED = counter(
  'chat_stream_dropped_pieces_total',
  'Text pieces that were not published because the channel did not respond; readers get the text from the row.',
);
