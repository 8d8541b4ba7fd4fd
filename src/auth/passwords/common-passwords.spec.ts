import { isCommonPassword } from './common-passwords.js';

it.each([
  'password',
  'PassWord1',
  'ｐａｓｓｗｏｒｄ',
  '123456789012345',
  '9876543210',
  'abcdefghijkl',
  'aaaaaaaaa',
  '1212121212',
  'abcabcabcab',
  'Qwertyuiop',
])('%s is common', (password) => {
  expect(isCommonPassword(password)).toBe(true);
});

it.each(['correct donkey battery staple', 'tr0ub4dor&3', '19283746x', 'zxcasdqwe!7', 'ひらがなひらかな'])(
  '%s is not a common password',
  (password) => {
    expect(isCommonPassword(password)).toBe(false);
  },
);
