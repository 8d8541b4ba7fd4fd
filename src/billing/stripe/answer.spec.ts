import { momentOf, rowsOf, textOf } from './answer.js';
import { StripeUnavailable } from './stripe-api.js';

it.each([undefined, null, {}, 'rows'])('a list with %j as rows is retried as unavailable', (data) => {
  expect(() => rowsOf({ data } as { data: [] })).toThrow(StripeUnavailable);
  expect(rowsOf({ data: [] })).toEqual([]);
});

it.each([undefined, null, '', 7])('an answer with %j as id is retried as unavailable', (value) => {
  expect(() => textOf(value)).toThrow(StripeUnavailable);
  expect(textOf('cus_1')).toBe('cus_1');
});

it.each([undefined, null, '1700000000', 1.5, NaN, 9e15])('%p is not read as a time', (seconds) => {
  expect(momentOf(seconds)).toBeNull();
  expect(momentOf(0)).toEqual(new Date(0));
});
