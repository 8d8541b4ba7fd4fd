import type { Call } from './call.js';
import { filledBody, fillsAfter, isUntouched, parsed } from './fills.js';

const OPERATIONS = [
  'get /chatroom',
  'post /chatroom/{id}/message',
  'get /chatroom/{id}/messages/{mid}',
  'post /chatroom/{id}/messages/{mid}/edit',
  'get /admin/api/rooms/{id}/messages',
].map((name) => {
  const [method, path] = name.split(' ');
  return { method: method!, path: path! };
});

function fills(name: string, answer: unknown, sent: unknown = null, status = 200): string[] {
  const [method, path] = name.split(' ');
  const call: Call = { method: method!, path: path!, status, sent, answer };
  return fillsAfter(call, OPERATIONS).map((fill) => `${fill.path} ${fill.name}=${fill.value}`);
}

it('a code is filled into its verification, with its challenge and its number', () => {
  const code = { otp: '123456', challenge_id: 'c' };
  expect(fills('post /auth/send-otp', code, { mobile_number: '+1' })).toEqual(
    expect.arrayContaining([
      '/auth/verify-otp otp=123456',
      '/auth/verify-otp challenge_id=c',
      '/auth/verify-otp mobile_number=+1',
    ]),
  );
  expect(fills('post /auth/step-up', code)).toEqual([
    '/auth/step-up otp=123456',
    '/auth/step-up challenge_id=c',
  ]);
  expect(fills('post /auth/forgot-password', code)).not.toContain('/auth/verify-otp otp=123456');
});

it('without a sandbox the code is not filled in', () => {
  expect(fills('post /auth/send-otp', { challenge_id: 'c' })).toEqual(['/auth/verify-otp challenge_id=c']);
});

it('a room id is filled into all operations of own rooms', () => {
  expect(fills('post /chatroom', { id: 'r' })).toEqual([
    '/chatroom/{id}/message id=r',
    '/chatroom/{id}/messages/{mid} id=r',
    '/chatroom/{id}/messages/{mid}/edit id=r',
  ]);
});

it('a reply id is filled into the operations of replies, a message id into those of messages', () => {
  expect(fills('post /chatroom/{id}/message', { message: { id: 'm' }, reply: { id: 'r' } })).toEqual([
    '/chatroom/{id}/messages/{mid} mid=r',
    '/chatroom/{id}/messages/{mid}/edit mid=m',
  ]);
});

it('tokens are filled into refresh and logout', () => {
  expect(fills('post /auth/login', { refresh_token: 't' })).toEqual([
    '/auth/refresh refresh_token=t',
    '/auth/logout refresh_token=t',
  ]);
});

it.each([
  ['an error', { id: 'r' }, 404],
  ['an answer of another form', { id: 7 }, 200],
  ['no answer', null, 200],
])('%s fills in nothing', (_, answer, status) => {
  expect(fills('post /chatroom', answer, null, status)).toEqual([]);
});

it.each([
  ['an absent member', '{"a":1}', '{"a":1,"otp":"new"}'],
  ['the example’s value', '{"otp":"example"}', '{"otp":"new"}'],
  ['an empty member', '{"otp":""}', '{"otp":"new"}'],
  ['what a person typed', '{"otp":"mine"}', null],
  ['a text that is no JSON', '{"otp":', null],
  ['a list', '[]', null],
])('over %s', (_, current, expected) => {
  const filled = filledBody(current, 'otp', 'new', ['example', 'filled in before']);
  expect(filled && JSON.stringify(JSON.parse(filled))).toBe(expected);
});

it('a field counts as untouched while it has the value that the page filled in', () => {
  expect([undefined, null, '', 'a', 'b'].map((value) => isUntouched(value, ['a']))).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
  expect(parsed('no JSON')).toBeNull();
});
