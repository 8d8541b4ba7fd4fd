import { MODELS, PROVIDERS } from '../platform/metrics/configured-labels.js';
import { counter, gauge, histogram, SLOW_BUCKETS } from '../platform/metrics/instruments.js';

/** `answered` includes blocked answers; `skipped`: not asked, since it rests or its breaker is open. */
const OUTCOMES = [
  'answered',
  'skipped',
  'unavailable',
  'rate_limited',
  'rejected',
  'timeout',
  'aborted',
] as const;
export type CallOutcome = (typeof OUTCOMES)[number];

export const MODEL_CALLS = counter('chat_model_calls_total', 'Calls of a model by outcome.', {
  provider: PROVIDERS,
  model: MODELS,
  outcome: OUTCOMES,
});
export const MODEL_CALL_SECONDS = histogram(
  'chat_model_call_seconds',
  'Time of a call of a model, until its first text and until its end.',
  { provider: PROVIDERS, model: MODELS, until: ['first_text', 'end'] },
  SLOW_BUCKETS,
);
export const MODEL_FALLBACKS = counter(
  'chat_model_fallbacks_total',
  'Answers by a provider that was asked because one before it failed.',
  { provider: PROVIDERS },
);
export const BREAKER_OPEN = gauge(
  'chat_model_breaker_open',
  'Whether this process skips a provider now: its circuit is open, or a trial call runs. 0 again after the open time, also without a call.',
  { provider: PROVIDERS },
);
