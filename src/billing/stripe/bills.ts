import type Stripe from 'stripe';

/** A span of time in Stripe's seconds. */
export interface Period {
  start: number;
  end: number;
}

/** What of an invoice decides here. Lines are taken as far as Stripe sends them: a bill without any is of no period. */
export interface Bill extends Pick<Stripe.Invoice, 'id' | 'status' | 'amount_paid'> {
  lines?: { data?: { parent?: { type: string } | null; period?: Period | null }[] } | null;
}

/** What a bill bills of the subscription itself; a fee beside it buys no time. */
const periodsOf = ({ lines }: Bill): Period[] =>
  (lines?.data ?? []).flatMap(({ parent, period }) =>
    parent?.type === 'subscription_item_details' ? (period ?? []) : [],
  );

/** Settled is settled: by a card, by credit, by a coupon that leaves nothing to pay. */
const isSettled = ({ status }: Bill): boolean => status === 'paid';

/**
 * The bills that the running period was settled with: one as a rule, more where the plan was changed within it. Where it is
 * not settled (a payment is due, or its invoice is a draft for an hour), the newest one that was.
 * @param bills newest first
 */
export function billsThatCount<B extends Bill>(bills: B[], running: Period): B[] {
  const settled = bills.filter(isSettled);
  const ofPeriod = settled.filter((bill) =>
    periodsOf(bill).some(({ start, end }) => start < running.end && end > running.start),
  );
  return ofPeriod.length > 0 ? ofPeriod : settled.slice(0, 1);
}

/** The end of what was settled; null where nothing was. */
export function settledUntil(bills: Bill[]): Date | null {
  const ends = bills.filter(isSettled).flatMap((bill) => periodsOf(bill).map(({ end }) => end));
  return ends.length === 0 ? null : new Date(Math.max(...ends) * 1000);
}

/**
 * What is owed since money last came, newest first.
 * @param bills newest first
 */
export function owedBills<B extends Bill>(bills: B[]): B[] {
  // A trial's first bill is paid with nothing, and so is one that credit covers: neither pays an older one.
  const at = bills.findIndex((bill) => isSettled(bill) && bill.amount_paid > 0);
  const newer = at < 0 ? bills : bills.slice(0, at);
  return newer.filter(({ status }) => status === 'open' || status === 'uncollectible');
}

/** What was paid for a bill with money, and what of it went back. */
export interface Paid {
  money: number;
  refunded: number;
  /** Taken back by the bank: disputes that were lost. */
  disputed: number;
}

/**
 * Is all the money of the period back with its owner? A part is not, whichever bill it was of; and where nothing was paid
 * with money nothing can go back.
 */
export function revocationOf(paid: Paid[]): 'refunded' | 'disputed' | null {
  const sum = (of: (one: Paid) => number) => paid.reduce((total, one) => total + of(one), 0);
  const money = sum((one) => one.money);
  const back = sum((one) => Math.min(one.money, one.refunded + one.disputed));
  if (money === 0 || back < money) return null;
  return sum((one) => one.disputed) > 0 ? 'disputed' : 'refunded';
}
