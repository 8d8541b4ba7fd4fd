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
  [`"${TOKEN}"`, 'without the scheme Bearer'],
  [TOKEN, 'without the scheme Bearer'],
  [`JWT ${TOKEN}`, 'must use the scheme Bearer'],
  [`Token ${TOKEN}`, 'must use the scheme Bearer'],
  ['Basic dXNlcjpwYXNz', 'must use the scheme Bearer'],
  ['Bearer', 'no token after Bearer'],
  ['Bearer ', 'no token after Bearer'],
  ['Bearer undefined', 'a word in place of the token'],
  ['Bearer null', 'a word in place of the token'],
  ['Bearer {{access_token}}', 'a placeholder'],
  ['Bearer <token>', 'a placeholder'],
  [`Bearer ${TOKEN} ${TOKEN}`, 'white space'],
  [`Bearer:${TOKEN}`, 'without the scheme Bearer'],
  ['anything', 'an unknown scheme'],
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
