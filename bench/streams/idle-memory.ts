import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { pssKilobytes } from '../lab/memory.js';
import { ask } from './exchange.js';
import { atPace } from './pace.js';
import type { Seat, Site } from './site.js';

/** So many that what V8 keeps in reserve, some megabytes more or less, does not count. */
export const IDLE_STREAMS = 1000;
/** Collected so often, and the least counts: V8 gives pages back a while after it has freed what was on them. */
const COLLECTIONS = 5;
const OPENED_PER_SECOND = 100;
/** Between two collections. */
const SETTLE_MS = 1500;
/** No model answers. */
const SCRIPT = { firstDelayMs: 0, chunkDelayMs: 0, chunks: 1 };

/** What the API process grows by with each stream that is open and has nothing to tell, in KB. Linux only. */
export async function measureIdleStreams({ api, nextSeat }: Site): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  // Once without looking: what they cost together, code and room to work in, is not what each costs.
  await (await openStreams(api.url, nextSeat, IDLE_STREAMS)).close();
  const before = await heldKilobytes(api.pid);
  const open = await openStreams(api.url, nextSeat, IDLE_STREAMS);
  const after = await heldKilobytes(api.pid);
  await open.close();
  return (after - before) / IDLE_STREAMS;
}

/** Opens them one after the other, and leaves them all at the end. */
async function openStreams(
  url: string,
  nextSeat: () => Seat,
  count: number,
): Promise<{ close: () => Promise<void> }> {
  const leaving = new AbortController();
  setMaxListeners(0, leaving.signal);
  const reading: Promise<unknown>[] = [];
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const asked = ask(url, nextSeat(), SCRIPT, { onOpen: resolve, signal: leaving.signal });
      reading.push(asked.then(() => reject(new Error('a stream did not stay open'))));
    });
  await atPace(count, OPENED_PER_SECOND, open);
  return {
    close: async () => {
      leaving.abort();
      await Promise.all(reading);
    },
  };
}

async function heldKilobytes(pid: number): Promise<number> {
  const found: number[] = [];
  for (let nth = 0; nth < COLLECTIONS; nth += 1) {
    process.kill(pid, 'SIGUSR2');
    await pause(SETTLE_MS);
    found.push(pssKilobytes(pid));
  }
  return Math.min(...found);
}
