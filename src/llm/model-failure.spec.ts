import { ModelError } from './language-model.js';
import { failureOfStatus, failureOfTransport, retryAfterMs } from './model-failure.js';

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

  it('stays what it is when it was judged already', () => {
    const judged = new ModelError('rejected');
    expect(failureOfTransport(judged)).toBe(judged);
  });
});
