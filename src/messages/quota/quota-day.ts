/** A calendar day, YYYY-MM-DD. */
export type Day = string;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs 50 µs, using one 1 µs. */
function format(timeZone: string): Intl.DateTimeFormat {
  let made = formats.get(timeZone);
  if (!made) {
    // hourCycle h23, because midnight is otherwise hour 24 in some locales
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

/** The day that `now` belongs to in `timeZone` (IANA name). */
export function quotaDay(now: Date, timeZone: string): Day {
  return format(timeZone).format(now);
}

const HOUR_MS = 3_600_000;

/**
 * The moment at which the next day begins in `timeZone`: not always 24 hours after the last one began (daylight
 * saving), and not always 00:00 (some zones skip midnight). Found by bisection on the day itself.
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
