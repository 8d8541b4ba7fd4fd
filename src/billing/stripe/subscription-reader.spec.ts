import { Logger } from '@nestjs/common';
import type { StripeSettings } from '../../platform/config/config.js';
import type { Customers } from '../checkout/customers.service.js';
import type { CallBudget } from './call-budget.js';
import { StripeRefusal, StripeUnavailable, type StripeApi } from './stripe-api.js';
import { SubscriptionReader } from './subscription-reader.js';

const DAY = 86_400;
const START = 1_700_000_000;
const budget = {} as CallBudget;
const date = (seconds: number) => new Date(seconds * 1000);

const price = (id = 'price_pro') => ({
  id,
  unit_amount: 2000,
  currency: 'usd',
  recurring: { interval: 'month' },
});
const item = (priceId?: string, end = START + 30 * DAY) => ({
  price: price(priceId),
  current_period_start: end - 30 * DAY,
  current_period_end: end,
});
const subscription = (more: object = {}) => ({
  id: 'sub_1',
  status: 'active',
  livemode: false,
  created: START,
  cancel_at: null,
  cancel_at_period_end: false,
  ended_at: null,
  pause_collection: null,
  schedule: null,
  metadata: {},
  items: { data: [item()] },
  ...more,
});
/** What a bill bills: the time from a day to another one, counted from the start of the running period. */
const lines = (fromDay: number, toDay: number, type = 'subscription_item_details') => ({
  lines: { data: [{ parent: { type }, period: { start: START + fromDay * DAY, end: START + toDay * DAY } }] },
});
/** A bill of the running period, paid with money. */
const invoice = (id: string, more: object = {}) => ({
  id,
  status: 'paid',
  amount_paid: 2000,
  post_payment_credit_notes_amount: 0,
  ...lines(0, 30),
  attempt_count: 1,
  created: START,
  due_date: null,
  billing_reason: 'subscription_cycle',
  ...more,
});
const open = (id: string, more: object = {}) => invoice(id, { status: 'open', amount_paid: 0, ...more });

/** What Stripe has, and what it was asked for. */
interface Held {
  /** Null: the answer is not a list. */
  subscriptions?: object[] | null;
  invoices?: object[];
  /** Payment intents by invoice. */
  intents?: Record<string, unknown[]>;
  /** Charges without an intent, by invoice. */
  charges?: Record<string, unknown[]>;
  disputes?: Record<string, object[]>;
  missing?: boolean;
  deleted?: boolean;
}

function reader(held: Held, secretKey = 'sk_test_1') {
  const asked: object[] = [];
  const list = (rows: object[] | null) => (query: object) => {
    asked.push(query);
    return rows ? { data: rows } : {};
  };
  const of =
    <T>(rows: Record<string, T[]> = {}) =>
    (id: string) =>
      rows[id] ?? [];
  const stripe = {
    subscriptions: {
      list: (query: object) => {
        if (held.missing) throw new StripeRefusal({ code: 'resource_missing' } as StripeRefusal['cause']);
        return list(held.subscriptions === undefined ? [] : held.subscriptions)(query);
      },
    },
    invoices: { list: list(held.invoices ?? []) },
    invoicePayments: {
      list: ({ invoice: id, ...rest }: { invoice: string }) =>
        list([
          ...of(held.intents)(id).map((intent) => ({ payment: { payment_intent: intent } })),
          ...of(held.charges)(id).map((charge) => ({ payment: { type: 'charge', charge } })),
        ])({ invoice: id, ...rest }),
    },
    disputes: {
      list: ({ charge, ...rest }: { charge: string }) => list(of(held.disputes)(charge))({ charge, ...rest }),
    },
  };
  const api = {
    ask: async (_: CallBudget, call: (stripe: unknown, options: object) => unknown) =>
      Promise.resolve().then(() => call(stripe, {})),
  };
  const customers = { isDeleted: () => Promise.resolve(held.deleted ?? false) };
  const settings = { secretKey, pricesPro: ['price_pro', 'price_pro_yearly'] } as StripeSettings;
  const made = new SubscriptionReader(
    api as unknown as StripeApi,
    customers as unknown as Customers,
    settings,
  );
  return { asked, read: () => made.read('user-1', 'cus_1', budget) };
}

const only = async (held: Held) => (await reader(held).read())![0]!;
const charge = (more: object = {}) => ({
  latest_charge: { id: 'ch_1', amount_refunded: 0, disputed: false, ...more },
});
const refund = (amount = 2000) => charge({ amount_refunded: amount });

beforeAll(() => Logger.overrideLogger(false));

describe('which subscriptions are ours', () => {
  it.each([
    ['with a price of Pro', {}, true],
    [
      'with another one of them, beside something else',
      { items: { data: [item('x'), item('price_pro_yearly')] } },
      true,
    ],
    [
      'sold here, with a price that is Pro no more',
      { items: { data: [item('x')] }, metadata: { user_id: 'user-1' } },
      true,
    ],
    [
      'sold here to somebody else, with another price',
      { items: { data: [item('x')] }, metadata: { user_id: 'u' } },
      false,
    ],
    ['of another thing of the same seller', { items: { data: [item('x')] } }, false],
    ['of live mode', { livemode: true }, false],
  ])('one %s: %p', async (_, more, isOurs) => {
    const found = await reader({ subscriptions: [subscription(more)] }).read();
    expect(found!.length).toBe(isOurs ? 1 : 0);
  });

  it('one whose items are not told says nothing; one whose moments are not told is of no known period', async () => {
    const read = (more: object) => reader({ subscriptions: [subscription(more)] }).read();
    await expect(read({ items: undefined })).rejects.toBeInstanceOf(StripeUnavailable);
    await expect(read({ items: {} })).rejects.toBeInstanceOf(StripeUnavailable);
    const timeless = { ...item(), current_period_start: undefined, current_period_end: undefined };
    const [one] = (await read({ items: { data: [timeless] }, created: undefined, cancel_at: 'soon' }))!;
    expect(one).toMatchObject({ currentPeriodEnd: null, endsAt: null, startedAt: new Date(0) });
  });

  it('a live key takes those of live mode, and no others', async () => {
    const held = { subscriptions: [subscription(), subscription({ id: 'sub_2', livemode: true })] };
    expect((await reader(held, 'sk_live_1').read())!.map(({ id }) => id)).toEqual(['sub_2']);
  });

  it('all of the customer’s are asked for, whatever their state', async () => {
    const { asked, read } = reader({});
    expect(await read()).toEqual([]);
    expect(asked).toEqual([{ customer: 'cus_1', status: 'all', limit: 100 }]);
  });

  it('a customer that Stripe has deleted has none; one that is merely not found is an error', async () => {
    expect(await reader({ missing: true, deleted: true }).read()).toBeNull();
    await expect(reader({ missing: true }).read()).rejects.toThrow(StripeRefusal);
  });

  it('an answer that is not a list is no news of a deleted customer: it is asked again later', async () => {
    await expect(reader({ subscriptions: null }).read()).rejects.toThrow(StripeUnavailable);
  });
});

describe('what a subscription says', () => {
  it('its price, its period, and since when it is there', async () => {
    expect(await only({ subscriptions: [subscription()] })).toEqual({
      id: 'sub_1',
      status: 'active',
      priceId: 'price_pro',
      amount: 2000,
      currency: 'usd',
      priceInterval: 'month',
      currentPeriodEnd: date(START + 30 * DAY),
      cancelAtPeriodEnd: false,
      endsAt: null,
      pastDueSince: null,
      paymentProblem: null,
      revoked: null,
      paidUntil: null,
      scheduleId: null,
      startedAt: date(START),
    });
  });

  it.each([
    ['goes on', {}, null],
    ['ends with its period', { cancel_at_period_end: true }, START + 30 * DAY],
    ['ends at a moment', { cancel_at: START + DAY }, START + DAY],
    [
      'ends at a moment, whatever its period',
      { cancel_at: START + DAY, cancel_at_period_end: true },
      START + DAY,
    ],
    ['has ended', { status: 'canceled', cancel_at: START + 9 * DAY, ended_at: START + DAY }, START + DAY],
  ])('one that %s', async (_, more, end) => {
    const { endsAt } = await only({ subscriptions: [subscription(more)] });
    expect(endsAt).toEqual(end === null ? null : date(end));
  });

  it.each([
    ['by its name', 'sub_sched_1', 'sub_sched_1'],
    ['in full', { id: 'sub_sched_1' }, 'sub_sched_1'],
    ['not at all', null, null],
  ])('the schedule that manages it is known: told %s', async (_, schedule, expected) => {
    expect((await only({ subscriptions: [subscription({ schedule })] })).scheduleId).toBe(expected);
  });

  it('without an item nothing of a price is known, and it is good for nothing', async () => {
    const held = { subscriptions: [subscription({ items: { data: [] }, metadata: { user_id: 'user-1' } })] };
    expect(await only(held)).toMatchObject({
      priceId: null,
      amount: null,
      currency: null,
      priceInterval: null,
      currentPeriodEnd: null,
      revoked: 'other_price',
    });
  });

  it('the item of Pro counts, wherever it stands', async () => {
    const held = { subscriptions: [subscription({ items: { data: [item('x', 1), item()] } })] };
    expect(await only(held)).toMatchObject({
      priceId: 'price_pro',
      currentPeriodEnd: date(START + 30 * DAY),
    });
  });

  it('a price without recurrence is told as it is', async () => {
    const bare = { ...item(), price: { ...price(), recurring: null, unit_amount: null } };
    const held = { subscriptions: [subscription({ items: { data: [bare] } })] };
    expect(await only(held)).toMatchObject({ amount: null, priceInterval: null });
  });

  it('one with another price is good for nothing, and no bill is asked for', async () => {
    const more = { items: { data: [item('x')] }, metadata: { user_id: 'user-1' } };
    const { asked, read } = reader({ subscriptions: [subscription(more)] });
    expect((await read())![0]).toMatchObject({ priceId: 'x', revoked: 'other_price' });
    expect(asked).toHaveLength(1);
  });

  it.each(['active', 'trialing', 'past_due', 'unpaid', 'incomplete'])(
    'of one that is %s its bills are asked for',
    async (status) => {
      const { asked, read } = reader({ subscriptions: [subscription({ status })] });
      await read();
      expect(asked[1]).toEqual({ subscription: 'sub_1', limit: 30 });
    },
  );

  it.each(['canceled', 'incomplete_expired', 'paused', 'strange'])(
    'of one that is %s they are not',
    async (status) => {
      const { asked, read } = reader({ subscriptions: [subscription({ status })] });
      await read();
      expect(asked).toHaveLength(1);
    },
  );
});

describe('since when a payment is due', () => {
  const pastDue = (invoices: object[]) =>
    only({ subscriptions: [subscription({ status: 'past_due' })], invoices });

  it.each([
    [
      'the oldest bill after the last paid one',
      [open('c', { created: START + 60 * DAY }), open('b', { created: START + 31 * DAY }), invoice('a')],
      START + 31 * DAY,
    ],
    [
      'when that one is due, where it says so',
      [open('b', { created: START + 31 * DAY, due_date: START + 40 * DAY }), invoice('a')],
      START + 40 * DAY,
    ],
    [
      'one that was given up counts, too',
      [open('b', { created: START + 31 * DAY, status: 'uncollectible' }), invoice('a')],
      START + 31 * DAY,
    ],
    [
      'one that is void does not',
      [open('b', { created: START + 31 * DAY, status: 'void' }), invoice('a')],
      START,
    ],
    ['no bill: the period that is not paid for', [invoice('a')], START],
    [
      'bills from before the last paid one do not count',
      [open('c', { created: START + 60 * DAY }), invoice('b'), open('a')],
      START + 60 * DAY,
    ],
    [
      'a bill of nothing is no payment',
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

  it('nothing is due of one that is active, also with an open bill', async () => {
    const one = await only({ subscriptions: [subscription()], invoices: [open('a')] });
    expect(one.pastDueSince).toBeNull();
  });

  it.each([
    [
      'the bill that it began with',
      'past_due',
      [open('a', { billing_reason: 'subscription_create' })],
      'never_paid',
    ],
    ['a later one', 'past_due', [open('b'), invoice('a')], null],
    [
      'the first one of an active one, not tried yet',
      'active',
      [open('a', { billing_reason: 'subscription_create' })],
      null,
    ],
  ])(
    'unpaid is %s: a subscription that is %s is revoked for it or not',
    async (_, status, invoices, revoked) => {
      expect((await only({ subscriptions: [subscription({ status })], invoices })).revoked).toBe(revoked);
    },
  );
});

describe('what is wrong with a payment', () => {
  const problem = async (invoices: object[], intents: Record<string, object[]> = {}) =>
    (await only({ subscriptions: [subscription()], invoices, intents })).paymentProblem;

  it.each([
    ['nothing is unpaid', [invoice('a')], {}, null],
    ['an open bill was not tried yet', [open('b', { attempt_count: 0 })], {}, null],
    ['it was tried', [open('b')], {}, 'payment_failed'],
    [
      'the bank wants to hear from them',
      [open('b')],
      { b: [{ status: 'requires_action' }] },
      'action_required',
    ],
    [
      'one of several wants that',
      [open('b')],
      { b: [{ status: 'canceled' }, { status: 'requires_action' }] },
      'action_required',
    ],
    ['the card was refused', [open('b')], { b: [{ status: 'requires_payment_method' }] }, 'payment_failed'],
    [
      'an older bill wants it, the newest does not',
      [open('b'), open('a')],
      { a: [{ status: 'requires_action' }] },
      'payment_failed',
    ],
  ])('%s', async (_, invoices, intents, expected) => {
    expect(await problem(invoices, intents)).toBe(expected);
  });
});

describe('what is paid for where nothing is collected', () => {
  const paused = (behavior: string, invoices: object[]) =>
    only({ subscriptions: [subscription({ pause_collection: { behavior } })], invoices });

  it.each([
    ['void', [open('b', { status: 'void', ...lines(30, 60) }), invoice('a')], START + 30 * DAY],
    ['void', [invoice('a', { amount_paid: 0 })], START + 30 * DAY],
    ['void', [open('a', { status: 'void' })], 0],
    ['void', [], 0],
    ['keep_as_draft', [invoice('a')], null],
    ['mark_uncollectible', [invoice('a')], null],
  ])('%s, with the bills %j', async (behavior, invoices, until) => {
    const { paidUntil } = await paused(behavior, invoices);
    expect(paidUntil).toEqual(until === null ? null : date(until));
  });

  it.each(['void', 'keep_as_draft', 'mark_uncollectible'])(
    'no payment is asked of the owner, also with an unpaid bill: %s',
    async (behavior) => {
      expect((await paused(behavior, [open('b')])).paymentProblem).toBe('collection_paused');
    },
  );
});

describe('what was given back', () => {
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
    ['a payment that stands', [charge()], {}, null],
    ['a payment without a charge', [{ latest_charge: null }], {}, null],
    ['a charge that is a name only', [{ latest_charge: 'ch_1' }], {}, null],
    ['a payment that is a name only', ['pi_1'], {}, null],
    ['a bill that was paid by hand', [null], {}, null],
    ['a refund', [refund()], {}, 'refunded'],
    ['a refund of a part', [refund(1999)], {}, null],
    [
      'a dispute that is open',
      [charge({ disputed: true })],
      { ch_1: [{ status: 'needs_response', amount: 2000 }] },
      null,
    ],
    [
      'a dispute that was won',
      [charge({ disputed: true })],
      { ch_1: [{ status: 'won', amount: 2000 }] },
      null,
    ],
    [
      'a dispute that was lost',
      [charge({ disputed: true })],
      { ch_1: [{ status: 'won', amount: 2000 }, lost(2000)] },
      'disputed',
    ],
    ['a dispute of a part that was lost', [charge({ disputed: true })], { ch_1: [lost(1999)] }, null],
    [
      'a dispute of a part that was lost, and a refund of the rest',
      [charge({ disputed: true, amount_refunded: 500 })],
      { ch_1: [lost(1500)] },
      'disputed',
    ],
    ['a dispute of a charge that has none', [charge()], { ch_1: [lost(2000)] }, null],
  ])('%s', async (_, intents, disputes, expected) => {
    expect(await revoked(intents, disputes)).toBe(expected);
  });

  it.each([
    ['given back', 2000, 'refunded'],
    ['given back in part', 1999, null],
  ])('a charge that has no payment intent and is %s', async (_, amount_refunded, expected) => {
    const charges = { a: [{ id: 'ch_1', disputed: false, amount_refunded }] };
    const held = { subscriptions: [subscription()], invoices: [invoice('a')], charges };
    expect((await only(held)).revoked).toBe(expected);
  });

  it('a bill that two payments paid is given back with both', async () => {
    const more = { amount_paid: 4000 };
    expect(await revoked([charge(), refund()], {}, more)).toBeNull();
    expect(await revoked([refund(), refund()], {}, more)).toBe('refunded');
  });

  it('a credit note gives back what no charge shows, and counts once where a charge shows it', async () => {
    const note = (amount: number) => ({ post_payment_credit_notes_amount: amount });
    expect(await revoked([charge()], {}, note(2000))).toBe('refunded');
    expect(await revoked([refund(1000)], {}, note(1000))).toBeNull();
  });

  it('where Stripe does not say what went back nothing did', async () => {
    const more = { post_payment_credit_notes_amount: undefined };
    expect(await revoked([charge({ amount_refunded: undefined })], {}, more)).toBeNull();
    expect(await revoked([charge({ disputed: true })], { ch_1: [{ status: 'lost' }] })).toBeNull();
  });

  it.each([
    ['the running one', [invoice('b'), invoice('a', lines(-30, 0))], ['b'], 'refunded'],
    ['the one before', [invoice('b'), invoice('a', lines(-30, 0))], ['a'], null],
    [
      'the one before, where credit settled the running one',
      [invoice('b', { amount_paid: 0 }), invoice('a', lines(-30, 0))],
      ['a'],
      null,
    ],
    [
      'the last one that was paid, where the running one is not',
      [open('b'), invoice('a', lines(-30, 0))],
      ['a'],
      'refunded',
    ],
    [
      'the last one that was paid, where the running one is void',
      [open('b', { status: 'void' }), invoice('a', lines(-30, 0))],
      ['a'],
      'refunded',
    ],
    [
      'a fee within the running one',
      [invoice('b', lines(1, 2, 'invoice_item_details')), invoice('a')],
      ['b'],
      null,
    ],
    ['a change of plan within the running one', [invoice('b', lines(9, 30)), invoice('a')], ['b'], null],
    ['all of the running one', [invoice('b', lines(9, 30)), invoice('a')], ['a', 'b'], 'refunded'],
  ])('a refund ends only the period that it paid for: %s', async (_, invoices, refunded, expected) => {
    const intents = Object.fromEntries(refunded.map((id) => [id, [refund()]]));
    expect((await only({ subscriptions: [subscription()], invoices, intents })).revoked).toBe(expected);
  });

  it('only bills of the running period that money paid are asked about', async () => {
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
    ['none', { lines: undefined }],
    ['no rows', { lines: {} }],
    ['one without a period', { lines: { data: [{ parent: { type: 'subscription_item_details' } }] } }],
    ['one of nothing', { lines: { data: [{ parent: null, period: null }] } }],
  ])('a bill whose lines are %s is of no period, and still a bill', async (_, more) => {
    expect(await revoked([refund()], {}, more)).toBe('refunded');
    const paused = subscription({ pause_collection: { behavior: 'void' } });
    expect((await only({ subscriptions: [paused], invoices: [invoice('a', more)] })).paidUntil).toEqual(
      date(0),
    );
  });

  it('a refund counts before a first bill that is unpaid', async () => {
    const one = await only({
      subscriptions: [subscription({ status: 'past_due' })],
      invoices: [open('b', { billing_reason: 'subscription_create' }), invoice('a')],
      intents: { a: [refund()] },
    });
    expect(one.revoked).toBe('refunded');
  });
});
