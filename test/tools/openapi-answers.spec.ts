import { expectDescribed, type SeenAnswer } from '../support/openapi.js';

const id = '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f';
const problem = (code: string, status: number) => ({
  type: `http://x/docs/errors#${code}`,
  title: 't',
  status,
  detail: 'd',
  code,
  instance: '/user/usage',
  request_id: 'request-1',
});
const usage = {
  tier: 'basic',
  daily_limit: 5,
  used_today: 1,
  remaining: 4,
  resets_at: '2026-11-21T00:00:00Z',
};

/** What `GET /user/usage` answers, but for what is given. */
function see(given: Partial<SeenAnswer> & { type?: string; header?: Record<string, string> }): () => void {
  const { type = 'application/json; charset=utf-8', header = {}, body = usage } = given;
  const answer = {
    method: 'GET',
    path: '/user/usage?x=1',
    status: 200,
    headers: new Headers({ 'content-type': type, 'x-request-id': id, ...header }),
    body,
    text: JSON.stringify(body) ?? '',
    ...given,
  };
  return () => expectDescribed(answer);
}
const error = (code: string, status: number, header = {}) =>
  see({ status, body: problem(code, status), type: 'application/problem+json', header });

it.each([
  ['an answer as it is described', see({})],
  ['an error as it is described', error('token_expired', 401, { 'www-authenticate': 'Bearer' })],
  ['null where null may be', see({ body: { ...usage, remaining: null } })],
  [
    'an unknown address that is 404',
    see({
      path: '/no',
      status: 404,
      body: problem('not_found', 404),
      type: 'application/problem+json',
    }),
  ],
])('%s passes', (_, seen) => {
  expect(seen).not.toThrow();
});

it.each<[string, () => void, RegExp]>([
  ['a status', see({ status: 207 }), /getUsage does not describe 207/],
  ['a media type', see({ type: 'text/html' }), /does not describe text\/html/],
  ['a field left out', see({ body: { ...usage, tier: undefined } }), /required property 'tier'/],
  ['a field more', see({ body: { ...usage, plan: 'x' } }), /additional properties.*plan/],
  ['a word', see({ body: { ...usage, tier: 'gold' } }), /tier must be equal to one of/],
  ['a format', see({ body: { ...usage, resets_at: 'soon' } }), /resets_at must match format/],
  ['null', see({ body: { ...usage, used_today: null } }), /used_today must be integer/],
  ['a body', see({ body: undefined, text: '' }), /no body/],
  ['an error code', error('otp_invalid', 401, { 'www-authenticate': 'Bearer' }), /the code otp_invalid/],
  ['an error without its header', error('unauthenticated', 401), /without WWW-Authenticate/],
  ['an address', see({ path: '/user/secrets' }), /no operation is described there/],
])('%s that is not described fails', (_, seen, fault) => {
  expect(seen).toThrow(fault);
});
