import { cleanForwardedFor, plainAddress, readableHops, spellPeerPlainly } from './client-address.js';

it.each([
  ['203.0.113.77', '203.0.113.77'],
  [' 203.0.113.77:50002 ', '203.0.113.77'],
  ['"203.0.113.77:50002"', '203.0.113.77'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['"[2001:db8::1]:443"', '2001:db8::1'],
  ['[2001:DB8:0::0001]', '2001:db8::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:203.0.113.77', '203.0.113.77'],
  ['::FFFF:cb00:714d', '203.0.113.77'],
  ['[::ffff:203.0.113.77]:80', '203.0.113.77'],
  ['::ffff:1:2', '0.1.0.2'],
  ['::FFFF:ff01:0', '255.1.0.0'],
  ['::1:ffff:203.0.113.77', '::1:ffff:cb00:714d'],
  ['x[::1]', null],
  ['""', null],
  ['"203.0.113.77', null],
  ['203.0.113.77"', null],
  ['x203.0.113.7"', null],
  ['203.0.113.77:1:2', null],
  ['unknown', null],
  ['_hidden', null],
  ['', null],
  ['"', null],
  ['[', null],
  ['[2001:db8::1', null],
  [':80', null],
  ['203.0.113.777', null],
  ['203.0.113', null],
  [' '.repeat(93) + '1.2.3.4', '1.2.3.4'],
  [' '.repeat(94) + '1.2.3.4', null],
])('%s is the address %s', (text, expected) => {
  expect(plainAddress(text)).toBe(expected);
});

it.each([
  ['203.0.113.7:1, 10.0.0.1', ['203.0.113.7', '10.0.0.1']],
  ['203.0.113.7,, 10.0.0.1 ,', ['203.0.113.7', '10.0.0.1']],
  ['203.0.113.7, unknown, 10.0.0.1', ['10.0.0.1']],
  ['203.0.113.7, unknown', []],
  ['', []],
  [',,,', []],
  ['203.0.113.7, , 10.0.0.1', ['203.0.113.7', '10.0.0.1']],
  [',203.0.113.7', ['203.0.113.7']],
])('of X-Forwarded-For %j the hops are %j', (header, expected) => {
  expect(readableHops(header)).toEqual(expected);
});

it('at most as many hops as the limit are read', () => {
  expect(readableHops('10.0.0.1,'.repeat(2000))).toHaveLength(32);
});

it('a header without an address is kept empty, so that the proxy still counts', () => {
  const headers = { 'x-forwarded-for': 'unknown' };
  cleanForwardedFor(headers);
  expect(headers).toEqual({ 'x-forwarded-for': '' });
});

it.each([
  ['one header', ' 203.0.113.7:1 ,10.0.0.1', '203.0.113.7, 10.0.0.1'],
  ['several headers', ['203.0.113.7', '[::1]:2'], '203.0.113.7, ::1'],
  ['none', undefined, undefined],
])('X-Forwarded-For is rewritten with plain addresses: %s', (_, header, expected) => {
  const headers = { ...(header !== undefined && { 'x-forwarded-for': header as string }) };
  cleanForwardedFor(headers);
  expect(headers).toEqual(expected === undefined ? {} : { 'x-forwarded-for': expected });
  expect(Object.keys(headers)).toHaveLength(expected === undefined ? 0 : 1);
});

it.each(['203.0.113.7', '::1', '1::ffff:1:2', undefined])(
  'any other peer address is unchanged: %s',
  (remoteAddress) => {
    const socket = Object.freeze({ remoteAddress });
    spellPeerPlainly(socket as never);
    expect(socket.remoteAddress).toBe(remoteAddress);
  },
);

it('an IPv4 peer of a listener on :: is an IPv4 address', () => {
  const socket = { remoteAddress: '::ffff:203.0.113.7' };
  spellPeerPlainly(socket as never);
  expect(socket.remoteAddress).toBe('203.0.113.7');
});
