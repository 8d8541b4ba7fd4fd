const DAY_MS = 24 * 60 * 60 * 1000;

/** Milliseconds until the next midnight of a time zone; off by an hour on the days when daylight saving begins or ends. */
export function msUntilMidnight(timeZone: string, now: Date): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
    .formatToParts(now)
    .map(({ type, value }) => [type, Number(value)] as const);
  const { hour = 0, minute = 0, second = 0 } = Object.fromEntries(parts);
  return DAY_MS - ((hour * 60 + minute) * 60 + second) * 1000;
}
