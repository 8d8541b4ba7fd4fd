import { readFileSync } from 'node:fs';
import { hintAfter, TOUR } from './guide.js';

const hint = (name: string, answer: unknown, status = 200) => {
  const [method, path] = name.split(' ');
  return hintAfter({ method: method!, path: path!, status, sent: null, answer });
};

it('every step of the tour is an operation of the API', () => {
  const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8'));
  for (const { method, path } of TOUR.flatMap(({ steps }) => steps))
    expect([method, path, paths[path]?.[method] !== undefined]).toEqual([method, path, true]);
});

it.each<[string, string, unknown, number, string | undefined]>([
  ['a code', 'post /auth/send-otp', { otp: '1' }, 202, '/auth/verify-otp'],
  ['tokens', 'post /auth/verify-otp', {}, 200, '/chatroom'],
  ['a room', 'post /chatroom', {}, 201, '/chatroom/{id}/message'],
  ['a message', 'post /chatroom/{id}/message', {}, 202, '/chatroom/{id}/messages/{mid}'],
  ['a live reply', 'get /chatroom/{id}/messages/{mid}', { completed_at: null }, 200, undefined],
  ['a reply', 'get /chatroom/{id}/messages/{mid}', { completed_at: 'now' }, 200, '/chatroom/{id}/messages'],
  ['the limit', 'post /chatroom/{id}/message', { code: 'daily_limit_reached' }, 429, '/subscribe/pro'],
  ['a checkout', 'post /subscribe/pro', {}, 201, '/subscription/sync'],
  ['nothing paid', 'post /subscription/sync', { tier: 'basic' }, 200, '/subscribe/pro'],
  ['Pro', 'post /subscription/sync', { tier: 'pro' }, 200, '/subscription/portal'],
  ['no token', 'get /user/me', { code: 'unauthenticated' }, 401, '/auth/send-otp'],
  ['an old token', 'get /user/me', { code: 'token_expired' }, 401, '/auth/send-otp'],
  ['an old session', 'delete /user/me', { code: 'step_up_required' }, 403, '/auth/step-up'],
])('after %s the next step is shown', (_, name, answer, status, next) => {
  expect(hint(name, answer, status)?.next?.path).toBe(next);
});

it('an address of a Stripe page becomes a link, other texts do not', () => {
  const href = 'http://localhost:3000/sandbox/stripe/pay/1';
  expect(hint('post /subscribe/pro', { checkout_url: href }, 201)?.link?.href).toBe(href);
  expect(hint('post /subscription/portal', { url: 'javascript:alert(1)' }, 201)?.link).toBeUndefined();
});

it('a response without a next step shows no hint', () => {
  expect(hint('get /models', {})).toBeNull();
  expect(hint('get /models', { code: 'internal_error' }, 500)).toBeNull();
});
