import { randomUUID } from 'node:crypto';
import { deriveKey } from '../../platform/crypto/derive-key.js';
import { PAGE_COOKIE, pageCookie, readPageCookie } from './page-session.js';

const [key, previous, strange] = ['a', 'b', 'c'].map((letter) => deriveKey(letter.repeat(32), 'admin-pages'));
const session = { userId: randomUUID(), sessionId: randomUUID(), expiresAtMs: 10_000 };
const headerOf = (signing = key!) =>
  pageCookie(session, signing, { maxAgeSeconds: 600, secure: false }).split(';', 1)[0]!;
const read = (header: string | undefined, nowMs = 9_999) => readPageCookie(header, [key!, previous!], nowMs);

it('a cookie is read back, among others and under the previous key', () => {
  expect(read(headerOf())).toEqual(session);
  expect(read(`theme=dark; ${headerOf()}; x=1`)).toEqual(session);
  expect(read(headerOf(previous))).toEqual(session);
});

it('a cookie ends at its time', () => {
  expect(read(headerOf(), 10_000)).toBeNull();
});

it.each([
  ['none', undefined],
  ['an empty one', `${PAGE_COOKIE}=`],
  ['another name', headerOf().replace(PAGE_COOKIE, `x${PAGE_COOKIE}`)],
  ['a key of no one', headerOf(strange)],
  ['a later end', headerOf().replace('.10000.', '.99999.')],
  ['another account', headerOf().replace(session.userId, randomUUID())],
  ['another session', headerOf().replace(session.sessionId, randomUUID())],
  ['no hash', headerOf().slice(0, headerOf().lastIndexOf('.') + 1)],
  ['an endless value', `${headerOf()}${'x'.repeat(5000)}`],
])('%s opens nothing', (_name, header) => {
  expect(read(header)).toBeNull();
});

it('no script reads the cookie, no other site sends it, and over https it stays on https', () => {
  const plain = pageCookie(session, key!, { maxAgeSeconds: 600, secure: false });
  expect(plain.split('; ').slice(1)).toEqual(['Path=/admin', 'Max-Age=600', 'HttpOnly', 'SameSite=Strict']);
  expect(pageCookie(session, key!, { maxAgeSeconds: 600, secure: true })).toMatch(/; Secure$/);
});
