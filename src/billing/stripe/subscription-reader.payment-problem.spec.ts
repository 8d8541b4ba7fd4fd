import { Logger } from '@nestjs/common';
import { subscription, invoice, open, only } from '../../../test/support/stripe-subscriptions.js';

beforeAll(() => Logger.overrideLogger(false));

describe('the payment problem', () => {
  const problem = async (invoices: object[], intents: Record<string, object[]> = {}) =>
    (await only({ subscriptions: [subscription()], invoices, intents })).paymentProblem;

  it.each([
    ['no bill is unpaid', [invoice('a')], {}, null],
    ['an open bill has not been tried', [open('b', { attempt_count: 0 })], {}, null],
    ['an open bill was tried in vain', [open('b')], {}, 'payment_failed'],
    ['the bank requires an action', [open('b')], { b: [{ status: 'requires_action' }] }, 'action_required'],
    [
      'one of several payments requires an action',
      [open('b')],
      { b: [{ status: 'canceled' }, { status: 'requires_action' }] },
      'action_required',
    ],
    ['the card was refused', [open('b')], { b: [{ status: 'requires_payment_method' }] }, 'payment_failed'],
    [
      'an older bill requires an action, the newest does not',
      [open('b'), open('a')],
      { a: [{ status: 'requires_action' }] },
      'payment_failed',
    ],
  ])('%s', async (_, invoices, intents, expected) => {
    expect(await problem(invoices, intents)).toBe(expected);
  });
});
