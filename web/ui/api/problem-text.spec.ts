import { ChatError, NetworkError, RateLimitError } from '@chat-backend/client';
import { fieldErrors, problemText } from './problem-text.js';

it('an error is shown in the words of the API, with advice', () => {
  const error = new ChatError(429, { code: 'otp_attempts_exceeded', detail: 'Too many tries.' });
  expect(problemText(error)).toEqual({
    title: 'Too many tries.',
    advice: expect.stringContaining('new code'),
    requestId: null,
  });
});

it('an error of the server is shown with its request id', () => {
  const error = new ChatError(500, { code: 'internal_error', request_id: 'req-1' });
  expect(problemText(error).requestId).toBe('req-1');
});

it('a code of a later version says for how long to wait, where it is known', () => {
  const advice = (error: Error) => problemText(error).advice;
  expect(advice(new RateLimitError(429, { code: 'new_limit' }, 7))).toContain('7 s');
  expect(advice(new ChatError(409, { code: 'new_conflict' }))).toBeNull();
});

it('a lost network and a fault of the page have words, too', () => {
  expect([new NetworkError('x'), new Error('x'), 'x'].map((error) => problemText(error).title)).not.toContain(
    'x',
  );
});

it('what is wrong with a field stands beside it', () => {
  const errors = [{ field: 'name', code: 'too_long', message: 'Too long.' }];
  expect(fieldErrors(new ChatError(400, { code: 'validation_failed', errors }))).toEqual({
    name: 'Too long.',
  });
  expect(fieldErrors(new Error('x'))).toEqual({});
});
