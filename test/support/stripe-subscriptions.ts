import type { StripeSettings } from '../../src/platform/config/config.js';
import type { Customers } from '../../src/billing/checkout/customers.service.js';
import type { CallBudget } from '../../src/billing/stripe/call-budget.js';
import { StripeRefusal, type StripeApi } from '../../src/billing/stripe/stripe-api.js';
import { SubscriptionReader } from '../../src/billing/stripe/subscription-reader.js';

/** Stripe objects in the form that the subscription reader requests, and a reader over them without a network. */

export const DAY = 86_400;
export const START = 1_700_000_000;
const budget = {} as CallBudget;
export const date = (seconds: number) => new Date(seconds * 1000);

export const price = (id = 'price_pro') => ({
  id,
  unit_amount: 2000,
  currency: 'usd',
  recurring: { interval: 'month' },
});
export const item = (priceId?: string, end = START + 30 * DAY) => ({
  price: price(priceId),
  current_period_start: end - 30 * DAY,
  current_period_end: end,
});
export const subscription = (more: object = {}) => ({
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
/** The lines of a bill: the time between two days, counted from the start of the running period. */
export const lines = (fromDay: number, toDay: number, type = 'subscription_item_details') => ({
  lines: { data: [{ parent: { type }, period: { start: START + fromDay * DAY, end: START + toDay * DAY } }] },
});
/** A bill of the running period, paid with money. */
export const invoice = (id: string, more: object = {}) => ({
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
export const open = (id: string, more: object = {}) =>
  invoice(id, { status: 'open', amount_paid: 0, ...more });

/** The objects of the stand-in for Stripe. */
export interface Held {
  /** Null: the response has no list. */
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

/** A reader over `held`, and its queries. */
export function reader(held: Held, secretKey = 'sk_test_1') {
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

/** The only subscription read from `held`. */
export const only = async (held: Held) => (await reader(held).read())![0]!;
export const charge = (more: object = {}) => ({
  latest_charge: { id: 'ch_1', amount_refunded: 0, disputed: false, ...more },
});
export const refund = (amount = 2000) => charge({ amount_refunded: amount });
