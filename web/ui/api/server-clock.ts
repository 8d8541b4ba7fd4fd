/**
 * The server's clock. The sandbox moves it, and the computer's own may be wrong; times in responses are the server's, so
 * countdowns use it.
 */
let skewMs = 0;

export const serverNow = (): number => Date.now() + skewMs;

/** @param iso the server's time now */
export function learnServerTime(iso: string | number | Date): void {
  skewMs = new Date(iso).getTime() - Date.now();
}

/** Sets the clock from a time in a response and the seconds until then (`t` of `RateLimit`). */
export function learnFromReset(resetsAt: string, seconds: number): void {
  const serverMs = new Date(resetsAt).getTime() - seconds * 1000;
  // A smaller difference is rounding and latency.
  if (Math.abs(serverMs - serverNow()) > 5000) learnServerTime(serverMs);
}

/** Parses the seconds until the daily reset: 41234 in `RateLimit: "daily";r=2;t=41234`. */
export function dailyResetSeconds(header: string | null): number | null {
  const daily = header?.split(',').find((part) => part.trim().startsWith('"daily"'));
  const seconds = daily
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith('t='));
  const value = Number(seconds?.slice(2) ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}
