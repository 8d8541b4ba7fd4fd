import { readIncoming } from './incoming-event.js';

const EVENT = {
  id: 'evt_1',
  object: 'event',
  type: 'invoice.paid',
  created: 1_795_000_000,
  livemode: false,
  data: { object: { id: 'in_1', object: 'invoice', customer: 'cus_1' } },
};
const THIN = {
  id: 'evt_test_65RM8sQH2oXnebF5Rpc16RJyfa2xSQLHJJ1sxm7H0KI92O',
  object: 'v2.core.event',
  type: 'v1.customer.subscription.updated',
  created: '2026-11-20T12:00:00.000Z',
  livemode: false,
  related_object: { id: 'sub_1', type: 'subscription', url: '/v1/subscriptions/sub_1' },
};
const read = (event: unknown) => readIncoming(JSON.stringify(event), false);

it('a snapshot yields its object and its customer', () => {
  const event = { id: 'evt_1', type: 'invoice.paid', objectId: 'in_1', customerId: 'cus_1' };
  expect(read(EVENT)).toEqual({ event: { ...event, state: 'received', createdAt: expect.any(Date) } });
});

it.each([
  [{}, 'received', 'sub_1', null],
  [
    { type: 'v1.customer.deleted', related_object: { id: 'cus_1', type: 'customer' } },
    'received',
    'cus_1',
    'cus_1',
  ],
  [{ type: 'v2.core.account.updated', related_object: { id: 'acct_1' } }, 'ignored', 'acct_1', null],
  [{ type: 'v1.billing.meter.error', related_object: null }, 'ignored', null, null],
])('a thin event with %j is %s', (change, state, objectId, customerId) => {
  expect(read({ ...THIN, ...change })).toEqual({
    event: expect.objectContaining({ state, objectId, customerId, createdAt: new Date(THIN.created) }),
  });
});

it.each([
  ['a customer that cannot be stored', { customer: 'cus_\0' }],
  ['a customer that is a lone surrogate', { customer: '\ud800' }],
  ['a customer that is a number', { customer: 7 }],
  ['a customer id that is too long', { customer: 'c'.repeat(256) }],
])('%s yields no customer', (_, change) => {
  const data = { object: { id: 'in_1', object: 'invoice', ...change } };
  expect(read({ ...EVENT, data })).toEqual({ event: expect.objectContaining({ customerId: null }) });
});

it.each<[what: string, event: unknown]>([
  ['nothing', null],
  ['a text', 'hello'],
  ['a list', []],
  ['no id', { ...EVENT, id: undefined }],
  ['a malformed id', { ...EVENT, id: "evt_1'; drop table users" }],
  ['an id with NUL', { ...EVENT, id: 'evt_\0' }],
  ['an id that is too long', { ...EVENT, id: `evt_${'x'.repeat(300)}` }],
  ['a type with NUL', { ...EVENT, type: 'a\0' }],
  ['a type with half a character', { ...EVENT, type: '\ud83d' }],
  ['a type that is a number', { ...EVENT, type: 7 }],
  ['an empty type', { ...EVENT, type: '' }],
  ['a type that is too long', { ...EVENT, type: 'x'.repeat(300) }],
  ['no time', { ...EVENT, created: null }],
  ['a time past year 9999', { ...EVENT, created: 9e15 }],
  ['a negative time', { ...EVENT, created: -1 }],
  ['a fractional time', { ...EVENT, created: 1.5 }],
  ['a time in words', { ...THIN, created: 'yesterday' }],
  ['an object that is null', { ...EVENT, data: { object: null } }],
  ['an object that is a list', { ...EVENT, data: { object: [] } }],
  ['no data', { ...EVENT, data: null }],
  ['live mode', { ...EVENT, livemode: true }],
  ['no mode', { ...EVENT, livemode: undefined }],
])('%s is unreadable, and nothing throws', (_, event) => {
  expect(read(event)).toEqual({ unreadable: expect.any(String) });
});

it('a payload that is not JSON is unreadable', () => {
  expect(readIncoming('{"id":', false)).toEqual({ unreadable: expect.any(String) });
});
