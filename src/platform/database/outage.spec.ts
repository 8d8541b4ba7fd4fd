import { isAnswer, isOutage } from './outage.js';

/** As `pg` and `pg-pool` write them. */
const LOST = [
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Query read timeout',
];
const withCode = (code: string) => Object.assign(new Error('x'), { code });

it.each(LOST)('“%s” is an outage, and no answer', (message) => {
  expect([isOutage(new Error(message)), isAnswer(new Error(message))]).toEqual([true, false]);
});

it.each(['ECONNRESET', '57P01', '08006', '53300', '57014'])('%s is an outage', (code) => {
  expect(isOutage(withCode(code))).toBe(true);
});

it.each(['EPIPE', 'ECONNRESET', '57P01', '08006'])('%s is no answer', (code) => {
  expect(isAnswer(withCode(code))).toBe(false);
});

it.each([
  ['a violated constraint', withCode('23505')],
  ['a fault of our own', new TypeError('x is not a function')],
  ['no error', 'Connection terminated'],
])('%s is none', (_, error) => {
  expect(isOutage(error)).toBe(false);
});
