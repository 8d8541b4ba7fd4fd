import { Logger } from '@nestjs/common';
import {
  DAY,
  START,
  date,
  subscription,
  invoice,
  lines,
  open,
  only,
} from '../../../test/support/stripe-subscriptions.js';

beforeAll(() => Logger.overrideLogger(false));

describe('the paid time while collection is paused', () => {
  const paused = (behavior: string, invoices: object[]) =>
    only({ subscriptions: [subscription({ pause_collection: { behavior } })], invoices });

  it.each([
    ['void', [open('b', { status: 'void', ...lines(30, 60) }), invoice('a')], START + 30 * DAY],
    ['void', [invoice('a', { amount_paid: 0 })], START + 30 * DAY],
    ['void', [open('a', { status: 'void' })], 0],
    ['void', [], 0],
    ['keep_as_draft', [invoice('a')], null],
    ['mark_uncollectible', [invoice('a')], null],
  ])('behaviour %s with the bills %j yields the paid end', async (behavior, invoices, until) => {
    const { paidUntil } = await paused(behavior, invoices);
    expect(paidUntil).toEqual(until === null ? null : date(until));
  });

  it.each(['void', 'keep_as_draft', 'mark_uncollectible'])(
    'a paused collection (%s) with an unpaid bill is reported as paused',
    async (behavior) => {
      expect((await paused(behavior, [open('b')])).paymentProblem).toBe('collection_paused');
    },
  );
});
