import type Stripe from 'stripe';

/** A span of time in Unix seconds. */
export interface Period {
  start: number;
  end: number;
}

/** The fields of an invoice that decide about the tier. A bill without lines belongs to no period. */
export interface Bill extends Pick<Stripe.Invoice, 'id' | 'status' | 'amount_paid'> {
  lines?: { data?: { parent?: { type: string } | null; period?: Period | null }[] } | null;
}

/** The periods that a bill charges for the subscription itself. A one-off fee on the same bill buys no time. */
const periodsOf = ({ lines }: Bill): Period[] =>
  (lines?.data ?? []).flatMap(({ parent, period }) =>
    parent?.type === 'subscription_item_details' ? (period ?? []) : [],
  );

/** Tells whether a bill is settled: by a card, by credit, or by a coupon that leaves nothing to pay. */
const isSettled = ({ status }: Bill): boolean => status === 'paid';

/**
 * The bills that settled the running period: usually one, several after a change of plan within it. Where the period is not
 * settled (a payment is due, or its invoice is still in its hour as a draft), the newest settled bill.
 * @param bills newest first
 */
export function billsThatCount<B extends Bill>(bills: B[], running: Period): B[] {
  const settled = bills.filter(isSettled);
  const ofPeriod = settled.filter((bill) =>
    periodsOf(bill).some(({ start, end }) => start < running.end && end > running.start),
  );
  return ofPeriod.length > 0 ? ofPeriod : settled.slice(0, 1);
}

/** The end of the last settled period; null where no bill was settled. */
export function settledUntil(bills: Bill[]): Date | null {
  const ends = bills.filter(isSettled).flatMap((bill) => periodsOf(bill).map(({ end }) => end));
  return ends.length === 0 ? null : new Date(Math.max(...ends) * 1000);
}

/**
 * The unpaid bills since the last payment with money, newest first.
 * @param bills newest first
 */
export function owedBills<B extends Bill>(bills: B[]): B[] {
  // The first bill of a trial and a bill covered by credit are "paid" without money: neither settles an older bill.
  const at = bills.findIndex((bill) => isSettled(bill) && bill.amount_paid > 0);
  const newer = at < 0 ? bills : bills.slice(0, at);
  return newer.filter(({ status }) => status === 'open' || status === 'uncollectible');
}

/** The money that was paid for a bill, and how much of it went back. */
export interface Paid {
  money: number;
  refunded: number;
  /** Taken back by the bank in lost disputes. */
  disputed: number;
}

/**
 * Tells why Pro is revoked, if all money of the period went back. A partial refund does not revoke, whichever bill it was
 * of; a period that was paid without money cannot be refunded.
 */
export function revocationOf(paid: Paid[]): 'refunded' | 'disputed' | null {
  const sum = (of: (one: Paid) => number) => paid.reduce((total, one) => total + of(one), 0);
  const money = sum((one) => one.money);
  const back = sum((one) => Math.min(one.money, one.refunded + one.disputed));
  if (money === 0 || back < money) return null;
  return sum((one) => one.disputed) > 0 ? 'disputed' : 'refunded';
}
