const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Longest time for which an event is tried. */
export const GIVE_UP_MS = 72 * HOUR;

/**
 * Delays after the first, second … failed try; the last one repeats. The first ones outlast a restart of the receiver, the
 * later ones an outage of a night or a weekend, as the examples of Standard Webhooks do.
 */
const DELAYS = [5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR];

/**
 * Time of the try after `tries` failed ones; null: that was the last.
 * @param random from 0 to 1; spreads the delay by a quarter in both directions, so that the events of an outage do not
 * return at the same moment
 */
export function nextTry(
  { tries, now, giveUpAt }: { tries: number; now: Date; giveUpAt: Date },
  random: number,
): Date | null {
  if (now >= giveUpAt) return null;
  const delay = DELAYS[Math.min(tries, DELAYS.length) - 1] ?? DELAYS[0]!;
  const at = now.getTime() + delay * (0.75 + random / 2);
  // The last try is at the end of the three days, not before.
  return new Date(Math.min(at, giveUpAt.getTime()));
}
