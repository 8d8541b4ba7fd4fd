import { Logger } from '@nestjs/common';
import {
  date,
  subscription,
  lines,
  invoice,
  open,
  charge,
  refund,
  reader,
  only,
} from '../../../test/support/stripe-subscriptions.js';

beforeAll(() => Logger.overrideLogger(false));

describe('revocation by refunds and disputes', () => {
  const revoked = async (intents: unknown[], disputes: Record<string, object[]> = {}, more: object = {}) =>
    (
      await only({
        subscriptions: [subscription()],
        invoices: [invoice('a', more)],
        intents: { a: intents },
        disputes,
      })
    ).revoked;
  const lost = (amount: number) => ({ status: 'lost', amount });

  it.each([
    ['a payment that was kept', [charge()], {}, null],
    ['a payment without a charge', [{ latest_charge: null }], {}, null],
    ['a charge given by id only', [{ latest_charge: 'ch_1' }], {}, null],
    ['a payment given by id only', ['pi_1'], {}, null],
    ['a bill that was paid by hand', [null], {}, null],
    ['a refund', [refund()], {}, 'refunded'],
    ['a partial refund', [refund(1999)], {}, null],
    [
      'an open dispute',
      [charge({ disputed: true })],
      { ch_1: [{ status: 'needs_response', amount: 2000 }] },
      null,
    ],
    ['a won dispute', [charge({ disputed: true })], { ch_1: [{ status: 'won', amount: 2000 }] }, null],
    [
      'a lost dispute',
      [charge({ disputed: true })],
      { ch_1: [{ status: 'won', amount: 2000 }, lost(2000)] },
      'disputed',
    ],
    ['a lost partial dispute', [charge({ disputed: true })], { ch_1: [lost(1999)] }, null],
    [
      'a lost partial dispute and a refund of the rest',
      [charge({ disputed: true, amount_refunded: 500 })],
      { ch_1: [lost(1500)] },
      'disputed',
    ],
    ['a dispute of a charge that is not marked as disputed', [charge()], { ch_1: [lost(2000)] }, null],
  ])('%s', async (_, intents, disputes, expected) => {
    expect(await revoked(intents, disputes)).toBe(expected);
  });

  it.each([
    ['refunded', 2000, 'refunded'],
    ['partly refunded', 1999, null],
  ])(
    'a charge without a payment intent that is %s revokes accordingly',
    async (_, amount_refunded, expected) => {
      const charges = { a: [{ id: 'ch_1', disputed: false, amount_refunded }] };
      const held = { subscriptions: [subscription()], invoices: [invoice('a')], charges };
      expect((await only(held)).revoked).toBe(expected);
    },
  );

  it('a bill paid by two payments is revoked only by both refunds', async () => {
    const more = { amount_paid: 4000 };
    expect(await revoked([charge(), refund()], {}, more)).toBeNull();
    expect(await revoked([refund(), refund()], {}, more)).toBe('refunded');
  });

  it('a credit note counts as a refund, once where a charge shows it too', async () => {
    const note = (amount: number) => ({ post_payment_credit_notes_amount: amount });
    expect(await revoked([charge()], {}, note(2000))).toBe('refunded');
    expect(await revoked([refund(1000)], {}, note(1000))).toBeNull();
  });

  it('amounts that Stripe leaves out count as zero', async () => {
    const more = { post_payment_credit_notes_amount: undefined };
    expect(await revoked([charge({ amount_refunded: undefined })], {}, more)).toBeNull();
    expect(await revoked([charge({ disputed: true })], { ch_1: [{ status: 'lost' }] })).toBeNull();
  });

  it.each([
    ['of the running period', [invoice('b'), invoice('a', lines(-30, 0))], ['b'], 'refunded'],
    ['of the period before', [invoice('b'), invoice('a', lines(-30, 0))], ['a'], null],
    [
      'of the period before, with the running one settled by credit',
      [invoice('b', { amount_paid: 0 }), invoice('a', lines(-30, 0))],
      ['a'],
      null,
    ],
    [
      'of the last paid period, with the running one unpaid',
      [open('b'), invoice('a', lines(-30, 0))],
      ['a'],
      'refunded',
    ],
    [
      'of the last paid period, with the running one void',
      [open('b', { status: 'void' }), invoice('a', lines(-30, 0))],
      ['a'],
      'refunded',
    ],
    [
      'of a fee within the running period',
      [invoice('b', lines(1, 2, 'invoice_item_details')), invoice('a')],
      ['b'],
      null,
    ],
    ['of a plan change within the running period', [invoice('b', lines(9, 30)), invoice('a')], ['b'], null],
    [
      'of all bills of the running period',
      [invoice('b', lines(9, 30)), invoice('a')],
      ['a', 'b'],
      'refunded',
    ],
  ])('a refund %s ends only the period that it paid for', async (_, invoices, refunded, expected) => {
    const intents = Object.fromEntries(refunded.map((id) => [id, [refund()]]));
    expect((await only({ subscriptions: [subscription()], invoices, intents })).revoked).toBe(expected);
  });

  it('only bills of the running period that were paid with money are examined', async () => {
    const invoices = [
      invoice('c', { amount_paid: 0 }),
      invoice('b', lines(9, 30)),
      invoice('a', lines(-30, 0)),
    ];
    const { asked, read } = reader({ subscriptions: [subscription()], invoices });
    await read();
    expect(asked.slice(2)).toEqual([
      {
        invoice: 'b',
        limit: 10,
        expand: ['data.payment.payment_intent.latest_charge', 'data.payment.charge'],
      },
    ]);
  });

  it.each([
    ['missing', { lines: undefined }],
    ['without rows', { lines: {} }],
    ['without a period', { lines: { data: [{ parent: { type: 'subscription_item_details' } }] } }],
    ['without a parent', { lines: { data: [{ parent: null, period: null }] } }],
  ])('a bill whose lines are %s covers no period and still counts as paid', async (_, more) => {
    expect(await revoked([refund()], {}, more)).toBe('refunded');
    const paused = subscription({ pause_collection: { behavior: 'void' } });
    expect((await only({ subscriptions: [paused], invoices: [invoice('a', more)] })).paidUntil).toEqual(
      date(0),
    );
  });

  it('a refund goes before an unpaid first bill', async () => {
    const one = await only({
      subscriptions: [subscription({ status: 'past_due' })],
      invoices: [open('b', { billing_reason: 'subscription_create' }), invoice('a')],
      intents: { a: [refund()] },
    });
    expect(one.revoked).toBe('refunded');
  });
});
