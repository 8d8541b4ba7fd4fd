/** An amount in a currency's smallest unit, for people: 2000 usd is $20.00. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currency.toUpperCase() });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

/** `every month`, `every 3 months` */
export function interval(recurring: { interval: string; interval_count: number } | null): string {
  if (!recurring) return 'once';
  const { interval: unit, interval_count: count } = recurring;
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
}

/** A day, for people everywhere. */
export const day = (seconds: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000);
