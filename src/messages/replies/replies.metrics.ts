import { MODELS, PROVIDERS } from '../../platform/metrics/configured-labels.js';
import { counter, histogram, SLOW_BUCKETS } from '../../platform/metrics/instruments.js';
import { Tally } from '../../platform/statistics/tally.js';
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

/** Replies that ended, by state. A retry ends again. */
export const REPLIES_OF_DAY = new Tally('replies');
/** Failed replies by error code. */
export const FAILURES_OF_DAY = new Tally('failures');
/** Replies by the time until their first text: the bound of {@link FIRST_TEXT_BOUNDS_MS} that it does not exceed. */
export const FIRST_TEXTS_OF_DAY = new Tally('first_text');
/** Tokens of ended replies, by kind, provider and model: `prompt|gemini|gemini-flash-latest`. */
export const TOKENS_OF_DAY = new Tally('tokens');

/** Up to nine minutes. Each bound is a fifth above the one before, so a percentile that is read from them is off by at most a fifth. */
export const FIRST_TEXT_BOUNDS_MS = Array.from({ length: 48 }, (_, nth) => Math.round(100 * 1.2 ** nth));

/** The label of {@link FIRST_TEXTS_OF_DAY}; times beyond the last bound count as it. */
export const firstTextLabel = (ms: number): string =>
  String(FIRST_TEXT_BOUNDS_MS.find((bound) => ms <= bound) ?? FIRST_TEXT_BOUNDS_MS.at(-1));
