import { MODELS, PROVIDERS } from '../../platform/metrics/configured-labels.js';
import { counter, histogram, SLOW_BUCKETS } from '../../platform/metrics/instruments.js';
import { FAILURE_CODES, FINAL_STATES } from '../message.entity.js';

export const REPLIES_ENDED = counter('chat_replies_total', 'Replies that ended, by state.', {
  state: FINAL_STATES,
});
export const REPLY_FAILURES = counter('chat_reply_failures_total', 'Failed replies by error code.', {
  code: FAILURE_CODES,
});
export const REPLY_SECONDS = histogram(
  'chat_reply_seconds',
  'Time from a reply’s slot (for a lone message: its send) until its first text, and until its end, over all attempts.',
  { provider: PROVIDERS, model: MODELS, until: ['first_text', 'end'] },
  SLOW_BUCKETS,
);
export const REPLY_TOKENS = counter(
  'chat_reply_tokens_total',
  'Tokens of ended replies, as providers report them. `prompt` includes `cached`.',
  { provider: PROVIDERS, model: MODELS, kind: ['prompt', 'output', 'thought', 'cached'] },
);
export const REPLY_POSTPONED = counter(
  'chat_reply_postponed_total',
  'Replies that were put back: a failed try to be repeated, a deferral without a try, a release by a worker that stops.',
  { kind: ['retry', 'deferral', 'release'] },
);
export const REPLY_CLAIMS_LOST = counter(
  'chat_reply_claims_lost_total',
  'Writes of a worker that came after another claim, a retry, the end or the deletion of its reply.',
);
export const REPLY_JOBS_ADDED_AGAIN = counter(
  'chat_reply_jobs_added_again_total',
  'Jobs that the sweeper added, since a granted reply had no worker. Some are expected after a crash or an outage.',
);
