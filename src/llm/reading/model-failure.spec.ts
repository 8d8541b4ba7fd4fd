import { BlockedByPolicy, ModelError } from '../language-model.js';
import { msUntilMidnight } from './midnight.js';
import { failureInsideAnswer, failureOfStatus, failureOfTransport, retryAfterMs } from './model-failure.js';

const info = (retryDelay: unknown) => ({
  error: { details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }] },
});

describe('the wait that a provider asks for', () => {
  it.each([
    [info('3.5s'), 3500],
    [info('22s'), 22_000],
    [info('0.0004s'), 1],
    [[info('1s')], 1000],
    [info('99999999999s'), 86_400_000],
    [info('soon'), null],
    [info(5), null],
    [{ error: { details: [{ '@type': 'type.googleapis.com/google.rpc.Help' }] } }, null],
    [{ error: 'text' }, null],
    ['<html>', null],
    [null, null],
  ])('is read from RetryInfo: %j', (body, ms) => {
    expect(failureOfStatus(429, null, body).retryAfterMs).toBe(ms);
  });

  it.each([
    ['7', 7000],
    ['0.25', 250],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['whenever', null],
    ['', null],
    [null, null],
  ])('is read from Retry-After: %s', (header, ms) => {
    expect(retryAfterMs(header, 10_000)).toBe(ms);
  });

  it('comes from RetryInfo where both are given', () => {
    expect(failureOfStatus(429, '60', info('2s')).retryAfterMs).toBe(2000);
  });
});

describe('a failure of the network', () => {
  it('is named by its code, however deep, never by its message', () => {
    const deep = new TypeError('fetch of secret failed', {
      cause: new Error('secret', { cause: Object.assign(new Error('secret'), { code: 'ECONNRESET' }) }),
    });
    expect(failureOfTransport(deep).message).toBe('the language model call failed: unavailable (ECONNRESET)');
    const odd = Object.assign(new Error('x'), { code: 'secret text' });
    expect(failureOfTransport(odd).message).not.toContain('secret');
  });

  it('stays the ModelError that it already is', () => {
    const judged = new ModelError('rejected');
    expect(failureOfTransport(judged)).toBe(judged);
  });
});

const openai = (message: string, more: object = {}) => ({ error: { message, ...more } });
const quota = (quotaId: string) => ({
  error: {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    details: [
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId }] },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '30s' },
    ],
  },
});

describe('what a refusal is about', () => {
  it.each<[string, number, unknown, string]>([
    ['Gemini: too long', 400, openai('The input token count (1048577) exceeds the maximum …'), 'message'],
    ['OpenAI, vLLM: too long', 400, openai('x', { code: 'context_length_exceeded' }), 'message'],
    ['xAI: too long', 400, { error: "This model's maximum prompt length is 131072" }, 'message'],
    ['llama.cpp: too long', 400, openai('x', { type: 'exceed_context_size_error' }), 'message'],
    ['TGI: too long', 422, { error: '`inputs` tokens + `max_new_tokens` must be <= 4096' }, 'message'],
    [
      'Groq: too large',
      413,
      openai('Request too large for model', { code: 'rate_limit_exceeded' }),
      'message',
    ],
    ['OpenAI: too large for the limit', 429, openai('Request too large for gpt-4o … TPM'), 'message'],
    ['any 413', 413, null, 'message'],
    [
      'FastAPI: the content',
      422,
      { detail: [{ loc: ['body', 'messages', 0, 'content'], msg: 'x' }] },
      'message',
    ],
    ['Gemini: the key', 400, openai('API key not valid.', { status: 'INVALID_ARGUMENT' }), 'setup'],
    [
      'Gemini: the region',
      400,
      openai('User location is not supported', { status: 'FAILED_PRECONDITION' }),
      'setup',
    ],
    ['any: the key', 401, openai('x'), 'setup'],
    ['DeepSeek: the account', 402, openai('Insufficient Balance'), 'setup'],
    ['any: the model', 404, openai('x'), 'setup'],
    ['Groq: the model', 400, openai('x', { code: 'model_decommissioned' }), 'setup'],
    [
      'Mistral: a field',
      422,
      { detail: [{ loc: ['body', 'max_completion_tokens'], msg: 'Extra inputs' }] },
      'field',
    ],
    ['OpenAI: a field', 400, openai("Unsupported parameter: 'max_tokens'"), 'field'],
    ['vLLM: the system role', 400, openai('System role not supported'), 'field'],
    [
      'the limit of the answer',
      400,
      openai("'max_completion_tokens' is too large: 8192. maximum context length"),
      'field',
    ],
    ['nothing that is named', 400, '<html>', 'unknown'],
  ])('%s (%d)', (_, status, body, about) => {
    expect(failureOfStatus(status, null, body)).toMatchObject({ kind: 'rejected', about });
  });

  it.each<[string, number, unknown]>([
    [
      'Azure',
      400,
      openai('…content management policy', {
        code: 'content_filter',
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      }),
    ],
    ['OpenAI', 400, openai('x', { code: 'invalid_prompt' })],
    ['OpenRouter', 403, openai('Your chosen model requires moderation and your input was flagged')],
    ['DeepSeek', 400, openai('Content Exists Risk', { type: 'invalid_request_error' })],
    ['Alibaba', 400, openai('x', { code: 'data_inspection_failed' })],
  ])('a policy, with %s: then it is a block', (_, status, body) => {
    expect(failureOfStatus(status, null, body)).toBeInstanceOf(BlockedByPolicy);
    expect(failureInsideAnswer(body)).toBeInstanceOf(BlockedByPolicy);
  });

  it('is not derived from an outage or a rate limit', () => {
    expect(failureOfStatus(503, null, openai('content_filter'))).toMatchObject({ kind: 'unavailable' });
    expect(failureOfStatus(429, '7', openai('slow down'))).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 7000,
    });
  });
});

describe('a limit that no short wait ends', () => {
  it('is Gemini’s quota of the day, also with a RetryInfo: it ends at midnight Pacific time', () => {
    const left = () => msUntilMidnight('America/Los_Angeles', new Date());
    const before = left();
    const { kind, retryAfterMs } = failureOfStatus(
      429,
      null,
      quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
    );
    const after = left();
    expect(kind).toBe('rate_limited');
    // At midnight itself a day may begin between the two readings of the clock.
    if (after <= before) expect([retryAfterMs! >= after, retryAfterMs! <= before]).toEqual([true, true]);
    expect(failureOfStatus(429, null, quota('GenerateRequestsPerMinutePerProject')).retryAfterMs).toBe(
      30_000,
    );
  });

  it.each([
    ['2026-01-01T07:59:59Z', 1000],
    ['2026-01-01T08:00:00Z', 86_400_000],
    ['2026-07-01T06:00:00Z', 3_600_000],
  ])('midnight Pacific time after %s comes in %d ms', (now, ms) => {
    expect(msUntilMidnight('America/Los_Angeles', new Date(now))).toBe(ms);
  });

  it('is an empty account', () => {
    const body = openai('You exceeded your current quota', { code: 'insufficient_quota' });
    expect(failureOfStatus(429, null, body)).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 86_400_000,
    });
  });
});
