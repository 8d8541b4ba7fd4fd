import { jest } from '@jest/globals';
import { Session } from './session.js';

const json = (status: number, body: object) => new Response(JSON.stringify(body), { status });
const EXPIRED = { code: 'token_expired' };

/** An API whose first token has expired. */
function api(refresh: () => Response, problem = EXPIRED) {
  const send = jest.fn((url: string, { headers }: RequestInit) => {
    if (url === '/auth/refresh') return Promise.resolve(refresh());
    const { Authorization } = headers as Record<string, string>;
    return Promise.resolve(Authorization === 'Bearer new' ? json(200, {}) : json(401, problem));
  });
  const tokens: (string | null)[] = [];
  const session = new Session(send, (token) => tokens.push(token));
  session.learn({ access_token: 'old', refresh_token: 'r1' });
  const call = async () =>
    (await session.fetch('/user/me', { headers: { Authorization: 'Bearer old' } })).status;
  return { session, call, tokens, send };
}

it('an expired token is renewed once for all requests that failed with it, and they are sent again', async () => {
  const { call, tokens, send } = api(() => json(200, { access_token: 'new', refresh_token: 'r2' }));
  expect(await Promise.all([call(), call(), call()])).toEqual([200, 200, 200]);
  expect(tokens).toEqual(['old', 'new']);
  expect(send.mock.calls.filter(([url]) => url === '/auth/refresh')).toHaveLength(1);
});

it('the 401 of an ended session is shown, and the session is not renewed again', async () => {
  const { call, send } = api(() => json(401, { code: 'session_ended' }));
  expect([await call(), await call()]).toEqual([401, 401]);
  expect(send.mock.calls.filter(([url]) => url === '/auth/refresh')).toHaveLength(1);
});

it('other 401 responses do not renew the token', async () => {
  const { call, send } = api(() => json(200, {}), { code: 'session_ended' });
  expect(await call()).toBe(401);
  expect(send).toHaveBeenCalledTimes(1);
});

it('after signing out no token is renewed', async () => {
  const { session, call, tokens } = api(() => json(200, { access_token: 'new', refresh_token: 'r2' }));
  session.end();
  expect([await call(), tokens]).toEqual([401, ['old', null]]);
});
