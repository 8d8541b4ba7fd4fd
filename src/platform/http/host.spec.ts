import { hostName, isUnforgeable, originForm } from './host.js';

it.each([
  ['localhost:3000', 'localhost'],
  ['LOCALHOST.', 'localhost'],
  ['[::1]:3000', '::1'],
  ['127.0.0.1', '127.0.0.1'],
  ['my_service:80', 'my_service'],
  ['a:', 'a'],
  ['a:65536', null],
  ['a:80:80', null],
  ['a:x', null],
  ['user@a', null],
  ['a b', null],
  ['a/b', null],
  ['[::1', null],
  ['[::1]x', null],
  ['[a]', null],
  ['.', null],
  ['a'.repeat(260), null],
])('the Host %s names %s', (host, expected) => {
  expect(hostName(host)).toBe(expected);
});

it.each([
  ['localhost', true],
  ['app.localhost', true],
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['192.168.1.7', true],
  ['::1', true],
  ['127.0.0.256', false],
  ['127.0.0.1.evil.example', false],
  ['127.1', false],
  ['2130706433', false],
  ['localhost.evil.example', false],
  ['notlocalhost', false],
])('that no DNS record leads %s astray: %s', (name, expected) => {
  expect(isUnforgeable(name)).toBe(expected);
});

it.each([
  ['/a?b', '/a?b'],
  ['*', '/%2A'],
  ['http://a', '/'],
  ['http://a?b', '/?b'],
  ['HTTP://a:1/b?c=http://d/e', '/b?c=http://d/e'],
])('the target %s is %s', (target, expected) => {
  expect(originForm(target)).toBe(expected);
});
