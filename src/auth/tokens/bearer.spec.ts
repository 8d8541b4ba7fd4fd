import { bearerToken, withoutToken } from './bearer.js';

const request = (authorization: string) => ({ headers: { authorization } });
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln';

it.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN}  `, `Bearer\t${TOKEN}`])(
  'the token of %j is read',
  (header) => expect(bearerToken(request(header))).toBe(TOKEN),
);

it.each([
  [`Bearer Bearer ${TOKEN}`, 'Bearer twice'],
  [`bearer  BEARER ${TOKEN}`, 'Bearer twice'],
  ['Bearer Bearer', 'Bearer twice'],
  [`Bearer "${TOKEN}"`, 'in quotes'],
  [`Bearer '${TOKEN}`, 'in quotes'],
  [`"${TOKEN}"`, 'without its scheme'],
  [TOKEN, 'without its scheme'],
  [`JWT ${TOKEN}`, 'another scheme'],
  [`Token ${TOKEN}`, 'another scheme'],
  ['Basic dXNlcjpwYXNz', 'another scheme'],
  ['Bearer', 'no token after Bearer'],
  ['Bearer ', 'no token after Bearer'],
  ['Bearer undefined', 'a word where the token should be'],
  ['Bearer null', 'a word where the token should be'],
  ['Bearer {{access_token}}', 'a placeholder'],
  ['Bearer <token>', 'a placeholder'],
  [`Bearer ${TOKEN} ${TOKEN}`, 'white space'],
  [`Bearer:${TOKEN}`, 'without its scheme'],
  ['anything', 'no scheme'],
  ['', 'is empty'],
])('the header %j is refused with its fault: %s', (header, slip) => {
  expect(bearerToken(request(header))).toBeNull();
  const { code, message } = withoutToken(request(header));
  expect([code, message]).toEqual(['unauthenticated', expect.stringContaining(slip)]);
  expect(message).toContain('Send `Authorization: Bearer <access token>`');
  expect(message).not.toContain('eyJ');
});

it('a request without the header gets the general 401', () => {
  expect(withoutToken({ headers: {} }).message).not.toContain('header');
});
