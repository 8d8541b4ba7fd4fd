import { texts } from '../texts.js';

const dates = new Intl.DateTimeFormat(texts.language, { dateStyle: 'medium' });
const times = new Intl.DateTimeFormat(texts.language, { dateStyle: 'medium', timeStyle: 'short' });
const CURRENCY = /^[a-z]{3}$/i;

export const dateText = (iso: string): string => dates.format(new Date(iso));
export const timeText = (iso: string): string => times.format(new Date(iso));

/** @param amount in the currency's smallest unit */
export function moneyText(amount: number, currency: string): string {
  if (!CURRENCY.test(currency)) return `${amount} ${currency}`;
  const format = new Intl.NumberFormat(texts.language, { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

const BROWSERS = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'] as const;
const BROWSER_NAMES = { Edg: 'Edge', OPR: 'Opera', Firefox: 'Firefox', Chrome: 'Chrome', Safari: 'Safari' };
const SYSTEMS = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux'] as const;

/** Names browser and system of a User-Agent; one of another program is returned as it is. */
export function deviceText(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return texts.unknownDevice;
  const browser = BROWSERS.find((name) => userAgent.includes(`${name}/`));
  const system = SYSTEMS.find((name) => userAgent.includes(name));
  if (!browser) return userAgent;
  const name = userAgent.includes('HeadlessChrome') ? 'Chrome' : BROWSER_NAMES[browser];
  return [name, system?.replace(' X', '')].filter(Boolean).join(', ');
}
