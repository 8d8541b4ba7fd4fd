import { billsThatCount, owedBills, revocationOf, settledUntil, type Bill } from './bills.js';

/** A bill for the days `from`–`to`. */
const bill = (id: string, from: number, to: number, more: Partial<Bill> = {}): Bill => ({
  id,
  status: 'paid',
  amount_paid: 2000,
  lines: { data: [{ parent: { type: 'subscription_item_details' }, period: { start: from, end: to } }] },
  ...more,
});
const RUNNING = { start: 30, end: 60 };
const ids = (bills: Bill[]) => bills.map(({ id }) => id);

it.each<[what: string, bills: Bill[], expected: string[]]>([
  ['the running period’s, not the one before', [bill('now', 30, 60), bill('before', 0, 30)], ['now']],
  ['settled by credit', [bill('now', 30, 60, { amount_paid: 0 }), bill('before', 0, 30)], ['now']],
  [
    'all of the period, where the plan was changed within it',
    [bill('change', 40, 60), bill('now', 30, 60), bill('before', 0, 30)],
    ['change', 'now'],
  ],
  [
    'the newest settled, where a payment is due',
    [bill('now', 30, 60, { status: 'open' }), bill('before', 0, 30)],
    ['before'],
  ],
  [
    'the newest of several, where none is of the period',
    [bill('before', 0, 30), bill('older', -30, 0)],
    ['before'],
  ],
  ['not the one of the period to come', [bill('next', 60, 90), bill('now', 30, 60)], ['now']],
  ['none where nothing was settled', [bill('now', 30, 60, { status: 'void' })], []],
  [
    'not a fee beside it',
    [
      bill('fee', 40, 40, {
        lines: {
          data: [{ parent: { type: 'invoice_item_details' }, period: { start: 31, end: 59 } }],
        },
      }),
      bill('now', 30, 60),
    ],
    ['now'],
  ],
])('the bills that count: %s', (_, bills, expected) => {
  expect(ids(billsThatCount(bills, RUNNING))).toEqual(expected);
});

it('the settled time ends with the last settled bill, not with a voided one', () => {
  expect(settledUntil([bill('void', 60, 90, { status: 'void' }), bill('now', 30, 60)])).toEqual(
    new Date(60_000),
  );
  expect(settledUntil([bill('void', 0, 30, { status: 'void' })])).toBeNull();
  expect(settledUntil([bill('now', 30, 60), bill('before', 0, 30)])).toEqual(new Date(60_000));
});

it('bills newer than the last payment with money are owed, and credit settles no older bill', () => {
  const open = bill('open', 30, 60, { status: 'open' });
  expect(ids(owedBills([bill('credit', 60, 90, { amount_paid: 0 }), open, bill('paid', 0, 30)]))).toEqual([
    'open',
  ]);
  expect(owedBills([bill('paid', 60, 90), open])).toEqual([]);
  const given = bill('given up', 0, 30, { status: 'uncollectible' });
  expect(ids(owedBills([open, given, bill('void', 0, 30, { status: 'void' })]))).toEqual([
    'open',
    'given up',
  ]);
});

it.each([
  ['all of it', [{ money: 20, refunded: 20, disputed: 0 }], 'refunded'],
  ['a part', [{ money: 20, refunded: 19, disputed: 0 }], null],
  [
    'one of two bills',
    [
      { money: 20, refunded: 20, disputed: 0 },
      { money: 5, refunded: 0, disputed: 0 },
    ],
    null,
  ],
  [
    'both bills',
    [
      { money: 20, refunded: 20, disputed: 0 },
      { money: 5, refunded: 5, disputed: 0 },
    ],
    'refunded',
  ],
  [
    'more than was paid for one does not cover the other',
    [
      { money: 20, refunded: 40, disputed: 0 },
      { money: 20, refunded: 0, disputed: 0 },
    ],
    null,
  ],
  ['a lost dispute and a refund of the rest', [{ money: 20, refunded: 5, disputed: 15 }], 'disputed'],
  ['credit alone', [{ money: 0, refunded: 0, disputed: 0 }], null],
  ['nothing was paid', [], null],
] as const)('money that goes back: %s', (_, paid, expected) => {
  expect(revocationOf([...paid])).toBe(expected);
});

it.each<[what: string, lines: Bill['lines']]>([
  ['no lines', undefined],
  ['no rows', {}],
  ['a line of nothing', { data: [{ parent: null, period: { start: 0, end: 30 } }] }],
  ['a line without a period', { data: [{ parent: { type: 'subscription_item_details' }, period: null }] }],
])('a bill with %s is of no period', (_, lines) => {
  expect(settledUntil([bill('a', 0, 30, { lines })])).toBeNull();
});
