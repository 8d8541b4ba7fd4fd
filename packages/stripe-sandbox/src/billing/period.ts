/** How often something is paid for. */
export interface Interval {
  interval: string;
  interval_count: number;
}

const SECONDS: Record<string, number> = { day: 86_400, week: 7 * 86_400 };

/**
 * `count` intervals after `anchor`, in seconds. Months keep the anchor's day if they have it: January 31 is followed by
 * February 28, then March 31 (https://docs.stripe.com/billing/subscriptions/billing-cycle).
 */
export function addIntervals(anchor: number, { interval, interval_count }: Interval, count: number): number {
  const seconds = SECONDS[interval];
  if (seconds !== undefined) return anchor + seconds * interval_count * count;
  const months = (interval === 'year' ? 12 : 1) * interval_count * count;
  const from = new Date(anchor * 1000);
  const day = from.getUTCDate();
  const to = new Date(from);
  to.setUTCDate(1);
  to.setUTCMonth(to.getUTCMonth() + months);
  const daysOfMonth = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(day, daysOfMonth));
  return to.getTime() / 1000;
}

/** End of the period that contains `at`, counted from `anchor`; an end belongs to the next period. */
export function periodEnd(anchor: number, interval: Interval, at: number): number {
  let count = 1;
  while (addIntervals(anchor, interval, count) <= at) count += 1;
  return addIntervals(anchor, interval, count);
}
