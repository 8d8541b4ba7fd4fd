import type { Config } from '../../config/config.js';
import { hostName, HostRule, isUnforgeable, originForm } from './host.js';

it.each([
  ['localhost:3000', 'localhost'],
  ['LOCALHOST.', 'localhost'],
  ['[::1]:3000', '::1'],
  ['127.0.0.1', '127.0.0.1'],
  ['my_service:80', 'my_service'],
  ['a:', 'a'],
  ['a:65535', 'a'],
  ['a:65536', null],
  ['a:000080', null],
  ['xa:80', 'xa'],
  ['a:x80', null],
  ['a..', 'a.'],
  ['a:80:80', null],
  ['a:x', null],
  ['user@a', null],
  ['a b', null],
  ['a/b', null],
  ['[::1', null],
  ['[::1]x', null],
  ['[a]', null],
  ['.', null],
  ['', null],
  [']', null],
  [`${'a'.repeat(253)}:65535`, 'a'.repeat(253)],
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
])('no DNS record can lead %s to this machine: %s', (name, expected) => {
  expect(isUnforgeable(name)).toBe(expected);
});

it.each([
  ['/a?b', '/a?b'],
  ['*', '/%2A'],
  ['http://a', '/'],
  ['http://a?b', '/?b'],
  ['http://a#b/c', '/#b/c'],
  ['http://a?b/c#d', '/?b/c#d'],
  ['a:80', '/%2A'],
  ['', '/%2A'],
  ['/a://b/c', '/a://b/c'],
  ['HTTP://a:1/b?c=http://d/e', '/b?c=http://d/e'],
])('the target %s is %s', (target, expected) => {
  expect(originForm(target)).toBe(expected);
});

describe('the hosts that a request may name', () => {
  const rule = (providers: string[], appUrl: string | null = null) =>
    new HostRule({ sandbox: { providers }, http: { appUrl } } as unknown as Pick<Config, 'sandbox' | 'http'>);
  const refusal = (of: HostRule, host: string | undefined, more: object = {}) =>
    of.refusal({
      headers: { host },
      httpVersionMinor: 1,
      rawHeaders: host === undefined ? [] : ['Host', host],
      originalUrl: '/',
      ...more,
    } as Parameters<HostRule['refusal']>[0])?.message ?? null;
  const real = rule([]);
  const sandboxed = rule(['sms'], 'https://App.example:8443/base');

  it.each([
    ['any name, with the real worlds alone', real, 'rebind.example', {}, null],
    ['this machine', sandboxed, 'localhost:3000', {}, null],
    ['an address', sandboxed, '[::1]:3000', {}, null],
    ['the host of APP_URL, whatever its port', sandboxed, 'app.EXAMPLE', {}, null],
    ['another name', sandboxed, 'rebind.example', {}, /^While a sandbox is on, Host must be localhost/],
    ['another name, without APP_URL', rule(['llm']), 'rebind.example', {}, /^While a sandbox is on/],
    ['what is no host', real, 'a b', {}, 'The Host header is no host (RFC 9110 §7.2).'],
    ['nothing', real, '', {}, null],
    ['nothing, with a sandbox', sandboxed, '', {}, /^While a sandbox is on/],
    [
      'no Host, in HTTP/1.0, with a sandbox',
      sandboxed,
      undefined,
      { httpVersionMinor: 0 },
      /^While a sandbox/,
    ],
    [
      'no Host, in HTTP/1.0, with a target of this machine',
      sandboxed,
      undefined,
      { httpVersionMinor: 0, originalUrl: 'http://localhost/a' },
      null,
    ],
    [
      'no Host, in HTTP/1.0, with a target of another name',
      sandboxed,
      undefined,
      { httpVersionMinor: 0, originalUrl: 'http://rebind.example/a' },
      /^While a sandbox is on/,
    ],
    ['an empty one beside a target', real, '', { originalUrl: 'http://a/b' }, /^The request target and/],
    ['no Host', real, undefined, {}, 'HTTP/1.1 needs a Host header (RFC 9112 §3.2).'],
    ['no Host, in HTTP/1.0', real, undefined, { httpVersionMinor: 0 }, null],
    ['two', real, 'a', { rawHeaders: ['HOST', 'a', 'host', 'a'] }, /^There is more than one Host header/],
    [
      'one, with others as long',
      real,
      'a',
      { rawHeaders: ['date', 'host', 'Host', 'a', 'from', 'host'] },
      null,
    ],
    ['the host of its target', real, 'A:80', { originalUrl: 'http://a:80/b' }, null],
    ['a host that its target does not', real, 'a', { originalUrl: 'http://b/a' }, /^The request target and/],
    ['one, in a target of nothing', real, 'a', { originalUrl: undefined }, null],
  ])('%s', (_, of, host, more, expected) => {
    if (expected instanceof RegExp) expect(refusal(of, host, more)).toMatch(expected);
    else expect(refusal(of, host, more)).toBe(expected);
  });

  it('a refusal reports the header as the invalid field', () => {
    const problem = rule(['sms']).refusal({
      headers: { host: 'a' },
      rawHeaders: ['Host', 'a'],
    } as Parameters<HostRule['refusal']>[0])!;
    expect(problem).toMatchObject({
      code: 'validation_failed',
      errors: [{ field: 'Host', code: 'not_allowed' }],
    });
    expect(problem.errors![0]!.message).toBe(problem.message);
  });
});
