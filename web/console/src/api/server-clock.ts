/**
 * The server's clock: a sandbox moves it, and a computer's own may be wrong. Times in answers are told by it, so countdowns
 * count by it.
 */
let skewMs = 0;

export const serverNow = (): number => Date.now() + skewMs;

/** @param iso the server's time now */
export function learnServerTime(iso: string | number | Date): void {
  skewMs = new Date(iso).getTime() - Date.now();
}

/** Learns from a time in an answer, and from the seconds until then (`t` of `RateLimit`). */
export function learnFromReset(resetsAt: string, seconds: number): void {
  const serverMs = new Date(resetsAt).getTime() - seconds * 1000;
  // Below some seconds it is the rounding and the way of the answer.
  if (Math.abs(serverMs - serverNow()) > 5000) learnServerTime(serverMs);
}

/** Seconds until the day's reset, as `RateLimit: "daily";r=2;t=41234` tells them. */
export function dailyResetSeconds(header: string | null): number | null {
  const daily = header?.split(',').find((part) => part.trim().startsWith('"daily"'));
  const seconds = daily
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith('t='));
  const value = Number(seconds?.slice(2) ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}
