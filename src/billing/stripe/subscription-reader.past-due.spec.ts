import { Logger } from '@nestjs/common';
import {
  DAY,
  START,
  date,
  subscription,
  invoice,
  open,
  only,
} from '../../../test/support/stripe-subscriptions.js';

beforeAll(() => Logger.overrideLogger(false));

describe('since when a payment is due', () => {
  const pastDue = (invoices: object[]) =>
    only({ subscriptions: [subscription({ status: 'past_due' })], invoices });

  it.each([
    [
      'the oldest bill after the last paid one counts',
      [open('c', { created: START + 60 * DAY }), open('b', { created: START + 31 * DAY }), invoice('a')],
      START + 31 * DAY,
    ],
    [
      'a due date goes before the creation date',
      [open('b', { created: START + 31 * DAY, due_date: START + 40 * DAY }), invoice('a')],
      START + 40 * DAY,
    ],
    [
      'an uncollectible bill counts',
      [open('b', { created: START + 31 * DAY, status: 'uncollectible' }), invoice('a')],
      START + 31 * DAY,
    ],
    [
      'a void bill does not count',
      [open('b', { created: START + 31 * DAY, status: 'void' }), invoice('a')],
      START,
    ],
    ['without an owed bill the unpaid period’s start counts', [invoice('a')], START],
    [
      'bills before the last paid one do not count',
      [open('c', { created: START + 60 * DAY }), invoice('b'), open('a')],
      START + 60 * DAY,
    ],
    [
      'a bill paid with no money is no payment',
      [
        open('c', { created: START + 60 * DAY }),
        invoice('b', { amount_paid: 0 }),
        open('a', { created: START + DAY }),
      ],
      START + DAY,
    ],
  ])('%s', async (_, invoices, since) => {
    expect((await pastDue(invoices)).pastDueSince).toEqual(date(since));
  });

  it('an active subscription with an open bill is not past due', async () => {
    const one = await only({ subscriptions: [subscription()], invoices: [open('a')] });
    expect(one.pastDueSince).toBeNull();
  });

  it.each([
    ['the first bill', 'past_due', [open('a', { billing_reason: 'subscription_create' })], 'never_paid'],
    [
      'the first bill and a later one',
      'past_due',
      [open('b', { created: START + 31 * DAY }), open('a', { billing_reason: 'subscription_create' })],
      'never_paid',
    ],
    ['a later bill', 'past_due', [open('b'), invoice('a')], null],
    [
      'the first bill, not yet tried,',
      'active',
      [open('a', { billing_reason: 'subscription_create' })],
      null,
    ],
  ])('%s unpaid in status %s is judged as never paid or not', async (_, status, invoices, revoked) => {
    expect((await only({ subscriptions: [subscription({ status })], invoices })).revoked).toBe(revoked);
  });
});
