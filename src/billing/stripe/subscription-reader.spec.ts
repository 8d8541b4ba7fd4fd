import { Logger } from '@nestjs/common';
import type { StripeSettings } from '../../platform/config/config.js';
import type { Customers } from '../customers.service.js';
import type { Patience } from './patience.js';
import { StripeRefusal, type StripeApi } from './stripe-api.js';
import { SubscriptionReader } from './subscription-reader.js';

const DAY = 86_400;
const START = 1_700_000_000;
const patience = {} as Patience;
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
  metadata: {},
  items: { data: [item()] },
  ...more,
});
const invoice = (id: string, more: object = {}) => ({
  id,
  status: 'paid',
  amount_paid: 2000,
  attempt_count: 1,
  created: START,
  due_date: null,
  billing_reason: 'subscription_cycle',
  ...more,
});
const open = (id: string, more: object = {}) => invoice(id, { status: 'open', amount_paid: 0, ...more });

/** What Stripe has, and what it was asked for. */
interface Held {
  subscriptions?: object[];
  invoices?: object[];
  /** Payment intents by invoice. */
  intents?: Record<string, object[]>;
  disputes?: Record<string, object[]>;
  missing?: boolean;
  deleted?: boolean;
}

function reader(held: Held, secretKey = 'sk_test_1') {
  const asked: object[] = [];
  const list = (rows: object[]) => (query: object) => {
    asked.push(query);
    return { data: rows };
  };
  const of =
    (rows: Record<string, object[]> = {}) =>
    (id: string) =>
      rows[id] ?? [];
  const stripe = {
    subscriptions: {
      list: (query: object) => {
        if (held.missing) throw new StripeRefusal({ code: 'resource_missing' } as StripeRefusal['cause']);
        return list(held.subscriptions ?? [])(query);
      },
    },
    invoices: { list: list(held.invoices ?? []) },
    invoicePayments: {
      list: ({ invoice: id, ...rest }: { invoice: string }) =>
        list(of(held.intents)(id).map((intent) => ({ payment: { payment_intent: intent } })))({
          invoice: id,
          ...rest,
        }),
    },
    disputes: {
      list: ({ charge, ...rest }: { charge: string }) => list(of(held.disputes)(charge))({ charge, ...rest }),
    },
  };
  const api = {
    ask: async (_: Patience, call: (stripe: unknown, options: object) => unknown) =>
      Promise.resolve().then(() => call(stripe, {})),
  };
  const customers = { isDeleted: () => Promise.resolve(held.deleted ?? false) };
  const settings = { secretKey, pricesPro: ['price_pro', 'price_pro_yearly'] } as StripeSettings;
  const made = new SubscriptionReader(
    api as unknown as StripeApi,
    customers as unknown as Customers,
    settings,
  );
  return { asked, read: () => made.read('user-1', 'cus_1', patience) };
}

const only = async (held: Held) => (await reader(held).read())![0]!;
const charge = (more: object = {}) => ({
  latest_charge: { id: 'ch_1', refunded: false, disputed: false, ...more },
});

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
  ])('one that %s', async (_, more, end) => {
    const { endsAt } = await only({ subscriptions: [subscription(more)] });
    expect(endsAt).toEqual(end === null ? null : date(end));
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

describe('what was given back', () => {
  const revoked = async (intents: object[], disputes: Record<string, object[]> = {}, status = 'active') =>
    (
      await only({
        subscriptions: [subscription({ status })],
        invoices: [invoice('a')],
        intents: { a: intents },
        disputes,
      })
    ).revoked;

  it.each([
    ['a payment that stands', [charge()], {}, null],
    ['a payment without a charge', [{ latest_charge: null }], {}, null],
    ['a charge that is a name only', [{ latest_charge: 'ch_1' }], {}, null],
    ['a refund', [charge({ refunded: true })], {}, 'refunded'],
    ['a refund of one of two', [charge(), charge({ refunded: true })], {}, 'refunded'],
    ['a dispute that is open', [charge({ disputed: true })], { ch_1: [{ status: 'needs_response' }] }, null],
    ['a dispute that was won', [charge({ disputed: true })], { ch_1: [{ status: 'won' }] }, null],
    [
      'a dispute that was lost',
      [charge({ disputed: true })],
      { ch_1: [{ status: 'won' }, { status: 'lost' }] },
      'disputed',
    ],
    ['a dispute of a charge that has none', [charge()], { ch_1: [{ status: 'lost' }] }, null],
  ])('%s', async (_, intents, disputes, expected) => {
    expect(await revoked(intents, disputes)).toBe(expected);
  });

  it('a refund counts before a first bill that is unpaid', async () => {
    const one = await only({
      subscriptions: [subscription({ status: 'past_due' })],
      invoices: [open('b', { billing_reason: 'subscription_create' }), invoice('a')],
      intents: { a: [charge({ refunded: true })] },
    });
    expect(one.revoked).toBe('refunded');
  });
});
