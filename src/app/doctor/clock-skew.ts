import { failed, fix, ok, warning, type Finding } from './check.js';

/** The `Date` header has whole seconds, and the answer travels: smaller differences cannot be told. */
const UNNOTICED_SECONDS = 5;
/** A fifth of the 300 s that signatures of webhooks tolerate (Stripe, Standard Webhooks, and this product). */
const TOO_MUCH_SECONDS = 60;

/** A moment that another machine reported, and the local time before and after the call. */
export interface RemoteTime {
  remoteMs: number;
  askedMs: number;
  answeredMs: number;
}

/** Seconds by which this machine's clock is ahead of the other one. */
export const skewSeconds = ({ remoteMs, askedMs, answeredMs }: RemoteTime): number =>
  ((askedMs + answeredMs) / 2 - remoteMs) / 1000;

/** Judges the difference between this machine's clock and the one of `service`. */
export function verdictOfClock(service: string, time: RemoteTime): Finding {
  const seconds = skewSeconds(time);
  const amount = Math.abs(seconds);
  if (!Number.isFinite(amount)) return ok(`${service} reports no time`);
  if (amount < UNNOTICED_SECONDS) return ok(`this clock and ${service}’s agree`);
  const fact = `this clock is ${Math.round(amount)} s ${seconds > 0 ? 'ahead of' : 'behind'} ${service}’s`;
  const remedy = fix(
    [],
    'synchronise the clock (chrony, systemd-timesyncd): signatures and tokens expire by it',
    'https://docs.stripe.com/webhooks#replay-attacks',
  );
  return amount < TOO_MUCH_SECONDS ? warning(fact, remedy) : failed(fact, remedy);
}
