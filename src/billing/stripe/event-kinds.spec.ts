import { readFileSync } from 'node:fs';
import { HANDLED_EVENTS, isHandled, subjectOf } from './event-kinds.js';

/** The event types that docs/billing.md tells operators to enable. */
const [told] = /(?<=```\n)checkout\.session[^`]*/.exec(readFileSync('docs/billing.md', 'utf8'))!;
const about = (object: unknown) => subjectOf(object);

it('the documented event types are the handled ones', () => {
  expect(told.trim().split(/\s+/)).toEqual(HANDLED_EVENTS);
  expect(HANDLED_EVENTS.every(isHandled)).toBe(true);
});

it.each(['', 'invoice.created', 'customer.created', 'invoice.paid '])(
  'an event of type %j is not handled',
  (type) => {
    expect(isHandled(type)).toBe(false);
  },
);

it.each([
  ['an invoice of a customer', { id: 'in_1', object: 'invoice', customer: 'cus_1' }, 'in_1', 'cus_1'],
  ['an invoice with an expanded customer', { id: 'in_1', customer: { id: 'cus_1' } }, 'in_1', 'cus_1'],
  ['the customer', { id: 'cus_1', object: 'customer', customer: 'cus_2' }, 'cus_1', 'cus_1'],
  ['no customer', { id: 'ch_1', object: 'charge', customer: null }, 'ch_1', null],
  ['an object without id', { object: 'balance' }, null, null],
  ['no object', null, null, null],
  ['a text', 'in_1', null, null],
  ['ids that are not strings', { id: 7, customer: { id: 8 } }, null, null],
])('an event about %s asks Stripe about that', (_, object, objectId, customerId) => {
  expect(about(object)).toEqual({ objectId, customerId });
});
