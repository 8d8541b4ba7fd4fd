import { texts } from '../texts.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Whole seconds from now until a time, never below zero. */
export const secondsUntil = (time: string | number | Date, nowMs: number): number =>
  Math.max(0, Math.ceil((new Date(time).getTime() - nowMs) / 1000));

/** Words for a duration: days, hours with minutes, minutes, or seconds. */
export function durationText(seconds: number): string {
  const { units } = texts;
  if (seconds < MINUTE) return units.seconds(seconds);
  if (seconds < HOUR) return units.minutes(Math.ceil(seconds / MINUTE));
  if (seconds < DAY) {
    const minutes = Math.ceil(seconds / MINUTE);
    const rest = minutes % 60;
    const hours = units.hours(Math.floor(minutes / 60));
    return rest === 0 ? hours : `${hours} ${units.minutes(rest)}`;
  }
  return units.days(Math.round(seconds / DAY));
}

/** Minutes and seconds: 4:05. */
export const clockText = (seconds: number): string =>
  `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, '0')}`;
