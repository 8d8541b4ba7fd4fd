import { setTimeout as pause } from 'node:timers/promises';
import { machineMs } from '../lab/clock.js';

/** Starts `count` actions at this rate a second, without waiting for earlier ones; resolves when all have ended. */
export async function atPace<T>(
  count: number,
  perSecond: number,
  begin: (at: number) => Promise<T>,
): Promise<T[]> {
  const begun = machineMs();
  const running: Promise<T>[] = [];
  for (let at = 0; at < count; at += 1) {
    const wait = begun + (at * 1000) / perSecond - machineMs();
    if (wait > 0) await pause(wait);
    running.push(begin(at));
  }
  return Promise.all(running);
}
