import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { pssKilobytes } from '../lab/memory.js';
import { ask } from './exchange.js';
import { atPace } from './pace.js';
import type { Seat, Site } from './site.js';

/** So many that V8's reserve of a few megabytes does not matter. */
export const IDLE_STREAMS = 1000;
/** Number of collections; the minimum counts, because V8 returns pages some time after it has freed their objects. */
const COLLECTIONS = 5;
const OPENED_PER_SECOND = 100;
/** Time between two collections. */
const SETTLE_MS = 1500;
/** A model that does not respond. */
const SCRIPT = { firstDelayMs: 0, chunkDelayMs: 0, chunks: 1 };

/** Growth of the API process per open stream without events, in KB. Linux only. */
export async function measureIdleStreams({ api, nextSeat }: Site): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  // Once without measuring: code and buffers that all streams share are not part of the result.
  await (await openStreams(api.url, nextSeat, IDLE_STREAMS)).close();
  const before = await heldKilobytes(api.pid);
  const open = await openStreams(api.url, nextSeat, IDLE_STREAMS);
  const after = await heldKilobytes(api.pid);
  await open.close();
  return (after - before) / IDLE_STREAMS;
}

/** Opens streams one after the other, and closes them all at the end. */
export async function openStreams(
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
