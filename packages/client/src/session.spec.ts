import { jest } from '@jest/globals';
import { SignedOutError } from './errors.js';
import { Session, type Tokens } from './session.js';
import { MemoryStore } from './store.js';

const tokens = (nth: number): Tokens => ({ access_token: `access-${nth}`, refresh_token: `refresh-${nth}` });
const ENDED = new SignedOutError(401, { code: 'session_ended' });

function newSession(refresh: (token: string) => Promise<Tokens>, store = new MemoryStore()) {
  const onSignedOut = jest.fn();
  const asked = jest.fn(refresh);
  return { session: new Session(store, asked, onSignedOut), asked, onSignedOut, store };
}

it('concurrent requests with an expired token share one refresh', async () => {
  const { session, asked } = newSession(async () => tokens(2));
  await session.keep(tokens(1));
  await Promise.all(Array.from({ length: 20 }, () => session.renew('access-1')));
  expect(asked.mock.calls).toEqual([['refresh-1']]);
  expect(await session.tokens()).toEqual(tokens(2));
});

it('a token that another tab has refreshed is not refreshed again', async () => {
  const store = new MemoryStore();
  const { session, asked } = newSession(async () => tokens(3), store);
  await newSession(async () => tokens(0), store).session.keep(tokens(2));
  await session.renew('access-1');
  expect(asked).not.toHaveBeenCalled();
});

it('a sign-out during a refresh stays', async () => {
  const { session } = newSession(async () => {
    await session.end();
    return tokens(2);
  });
  await session.keep(tokens(1));
  await session.renew('access-1');
  expect(await session.tokens()).toBeNull();
});

it('a session that has ended discards its tokens and reports it once', async () => {
  const { session, onSignedOut } = newSession(() => Promise.reject(ENDED));
  await session.keep(tokens(1));
  const outcomes = await Promise.allSettled([session.renew('access-1'), session.renew('access-1')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([await session.tokens(), onSignedOut.mock.calls.length]).toEqual([null, 1]);
});

it('a refusal of old tokens keeps newer ones', async () => {
  const { session, onSignedOut } = newSession(async () => tokens(3));
  await session.keep(tokens(2));
  await session.end('access-1');
  expect([await session.tokens(), onSignedOut.mock.calls.length]).toEqual([tokens(2), 0]);
});

it('a refresh that found no network is tried again by the next request', async () => {
  let isAway = true;
  const { session } = newSession(async () => {
    if (isAway) throw new Error('away');
    return tokens(2);
  });
  await session.keep(tokens(1));
  await expect(session.renew('access-1')).rejects.toThrow('away');
  isAway = false;
  await session.renew('access-1');
  expect(await session.tokens()).toEqual(tokens(2));
});

it('tabs that share a lock refresh once: the second finds the tokens of the first', async () => {
  const store = new MemoryStore();
  let last: Promise<unknown> = Promise.resolve();
  const locking = Object.assign(store, {
    lock: <T>(work: () => Promise<T>) => (last = last.then(work)) as Promise<T>,
  });
  const one = newSession(async () => tokens(2), locking);
  const other = newSession(async () => tokens(3), locking);
  await one.session.keep(tokens(1));
  await Promise.all([one.session.renew('access-1'), other.session.renew('access-1')]);
  expect([one.asked.mock.calls.length, other.asked.mock.calls.length]).toEqual([1, 0]);
  expect(await other.session.tokens()).toEqual(tokens(2));
});
