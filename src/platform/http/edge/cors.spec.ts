import { originPattern } from './cors.js';

it.each([
  ['http://localhost', true],
  ['http://localhost:3000', true],
  ['http://localhost:3000.evil.example', false],
  ['http://localhostx:1', false],
  ['https://localhost:1', false],
  ['http://evil.example/http://localhost:1', false],
])('http://localhost:* allows %s: %s', (origin, expected) => {
  expect((originPattern('http://localhost:*') as RegExp).test(origin)).toBe(expected);
});

it('a dot in an origin matches only a dot', () => {
  expect((originPattern('http://127.0.0.1:*') as RegExp).test('http://127a0b0c1:80')).toBe(false);
  expect(originPattern('https://app.example')).toBe('https://app.example');
});
