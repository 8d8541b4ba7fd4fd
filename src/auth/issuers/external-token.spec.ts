import { claimedIssuer, readExternalToken } from './external-token.js';

const NOW = new Date('2026-11-20T12:00:00Z');
const now = NOW.getTime() / 1000;
const claims = { iss: 'https://id.app.dev/', sub: 'u1', iat: now, exp: now + 600 };
const read = (more: object) => readExternalToken({ ...claims, ...more }, NOW);

it('a token yields issuer, subject, issue time and expiry', () => {
  expect(read({})).toEqual({
    issuer: 'https://id.app.dev/',
    subject: 'u1',
    issuedAt: NOW,
    expiresAt: new Date('2026-11-20T12:11:00Z'),
    authenticatedAt: null,
    profile: { name: undefined, email: undefined },
  });
});

it.each([
  ['sub', { sub: '' }],
  ['sub', { sub: 'x'.repeat(256) }],
  ['sub', { sub: 'a\0' }],
  ['sub', { sub: '\ud83d' }],
  ['iat', { iat: now + 61 }],
  ['iat', { iat: -1 }],
  ['iat', { iat: undefined }],
  ['exp', { exp: now + 86_401 }],
  ['exp', { iat: now - 86_000, exp: now + 401 }],
  ['exp', { exp: Infinity }],
  ['cnf', { cnf: {} }],
])('its %s is not acceptable in %j', (claim, more) => {
  expect(read(more)).toEqual({ unacceptable: claim });
});

it.each([
  [now - 5, now - 5],
  [now + 5, now],
  [0, 0],
])('the person has signed in at %d: taken as %d, never in the future', (authTime, at) => {
  expect(read({ auth_time: authTime })).toMatchObject({ authenticatedAt: new Date(at * 1000) });
});

it.each([['now'], [-1], [null], [Number.NaN], [{}]])('an auth_time of %j is ignored', (authTime) => {
  expect(read({ auth_time: authTime })).toMatchObject({ authenticatedAt: null });
});

it.each([
  [{ name: ' Asha ' }, { name: 'Asha' }],
  [{ name: '  ' }, { name: undefined }],
  [{ name: 'a\0' }, { name: undefined }],
  [{ name: 5 }, { name: undefined }],
  [{ name: `${'x'.repeat(99)} y` }, { name: 'x'.repeat(99) }],
  [{ name: '😀'.repeat(101) }, { name: '😀'.repeat(100) }],
  [{ email: ' asha@example.com ' }, { email: 'asha@example.com' }],
  [{ email: 'asha' }, { email: undefined }],
  [{ email: `${'x'.repeat(250)}@example.com` }, { email: undefined }],
  [{ email: ['asha@example.com'] }, { email: undefined }],
])('%j begins an account with %j', (more, profile) => {
  expect(read(more)).toMatchObject({ profile });
});

it.each([
  ['', undefined],
  ['x', undefined],
  ['x.e30.x', undefined],
  ['x.bnVsbA.x', undefined],
  [`x.${Buffer.from('{"iss":"a","iss":"b"}').toString('base64url')}.x`, 'b'],
  [`x.${Buffer.from('{"iss":["a"]}').toString('base64url')}.x`, ['a']],
])('%j claims to be of %j', (token, issuer) => {
  expect(claimedIssuer(token)).toEqual(issuer);
});
