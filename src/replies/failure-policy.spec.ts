import { ModelError, ProviderSkipped, Rejected } from '../llm/language-model.js';
import { nextStep } from './failure-policy.js';

const DAY_MS = 86_400_000;
const after = (error: unknown, { failures = 0, leftMs = 600_000 } = {}) =>
  nextStep(error, { failures, leftMs }, 0);
const failed = (code: string, refused = false) => ({ type: 'fail', code, refused });

it.each([
  ['an abort', new ModelError('aborted'), { type: 'release' }],
  ['an outage', new ModelError('unavailable'), { type: 'retry', delayMs: 500 }],
  ['an outage that names its end', new ModelError('unavailable', 5000), { type: 'retry', delayMs: 5000 }],
  ['a rate limit that names its end', new ModelError('rate_limited', 5000), { type: 'defer', delayMs: 5000 }],
  ['a rate limit without an end', new ModelError('rate_limited'), { type: 'retry', delayMs: 500 }],
  ['a skipped provider', new ProviderSkipped('unavailable', 9000), { type: 'defer', delayMs: 9000 }],
  ['an error of our own', new TypeError('bug'), { type: 'retry', delayMs: 500 }],
  ['a refused message', new Rejected('message', 'http 400'), failed('model_rejected', true)],
  ['a bad key', new Rejected('setup', 'http 401'), failed('model_rejected')],
  ['a field', new Rejected('field', 'http 422'), failed('model_rejected')],
  ['a refusal without a named cause', new Rejected('unknown', 'http 400'), failed('model_rejected')],
])('after %s', (_, error, step) => expect(after(error)).toEqual(step));

it.each([
  ['a day’s quota', new ModelError('rate_limited', DAY_MS), 'model_rate_limited'],
  [
    'a day’s quota, known from another reply',
    new ProviderSkipped('rate_limited', DAY_MS),
    'model_rate_limited',
  ],
  ['an hour’s maintenance', new ModelError('unavailable', 3_600_000), 'model_unavailable'],
])('a wait beyond the deadline fails the reply at once: %s', (_, error, code) => {
  expect(after(error)).toEqual(failed(code));
});

it.each([
  [new ModelError('unavailable'), 'model_unavailable'],
  [new ModelError('timeout'), 'model_timeout'],
  [new ModelError('rate_limited'), 'model_rate_limited'],
  [new TypeError('bug'), 'internal'],
])('the fifth failed try is the last: %s', (error, code) => {
  expect(after(error, { failures: 3 })).toMatchObject({ type: 'retry' });
  expect(after(error, { failures: 4 })).toEqual(failed(code));
});
