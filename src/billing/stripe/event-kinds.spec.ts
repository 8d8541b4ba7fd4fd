import { readFileSync } from 'node:fs';
import { HANDLED_EVENTS, isHandled, subjectOf } from './event-kinds.js';

/** What docs/billing.md tells an operator to send. */
const [told] = /(?<=```\n)checkout\.session[^`]*/.exec(readFileSync('docs/billing.md', 'utf8'))!;
const about = (object: unknown) => subjectOf(object);

it('what an operator is told to send is what is looked at', () => {
  expect(told.trim().split(/\s+/)).toEqual(HANDLED_EVENTS);
  expect(HANDLED_EVENTS.every(isHandled)).toBe(true);
});

it.each(['', 'invoice.created', 'customer.created', 'invoice.paid '])('%j is left alone', (type) => {
  expect(isHandled(type)).toBe(false);
});

it.each([
  ['a bill of a customer', { id: 'in_1', object: 'invoice', customer: 'cus_1' }, 'in_1', 'cus_1'],
  ['a bill with the customer in it', { id: 'in_1', customer: { id: 'cus_1' } }, 'in_1', 'cus_1'],
  ['the customer', { id: 'cus_1', object: 'customer', customer: 'cus_2' }, 'cus_1', 'cus_1'],
  ['nobody', { id: 'ch_1', object: 'charge', customer: null }, 'ch_1', null],
  ['nothing that has a name', { object: 'balance' }, null, null],
  ['no object', null, null, null],
  ['a text', 'in_1', null, null],
  ['names that are no texts', { id: 7, customer: { id: 8 } }, null, null],
])('an event about %s asks Stripe about that', (_, object, objectId, customerId) => {
  expect(about(object)).toEqual({ objectId, customerId });
});
