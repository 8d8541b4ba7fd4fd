/** A calendar day, YYYY-MM-DD. */
export type Day = string;

const formats = new Map<string, Intl.DateTimeFormat>();

/** A cached format: creating one costs 50 µs, using it 1 µs. */
function format(timeZone: string): Intl.DateTimeFormat {
  let made = formats.get(timeZone);
  if (!made) {
    // h23, because midnight is hour 24 in some locales otherwise
    made = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(timeZone, made);
  }
  return made;
}

/** The calendar day of `now` in `timeZone` (IANA name). */
export function quotaDay(now: Date, timeZone: string): Day {
  return format(timeZone).format(now);
}

const HOUR_MS = 3_600_000;

/**
 * The start of the next day in `timeZone`. It is not always 24 hours after the last start (daylight saving), and not always
 * 00:00 (some zones skip midnight), so it is found by bisection with {@link quotaDay}.
 */
export function nextDayStart(now: Date, timeZone: string): Date {
  const today = quotaDay(now, timeZone);
  let before = now.getTime();
  let after = before + 26 * HOUR_MS; // no day is longer than 25 hours
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (quotaDay(new Date(middle), timeZone) === today) before = middle;
    else after = middle;
  }
  return new Date(after);
}
