import { setTimeout as pause } from 'node:timers/promises';
import { pssKilobytes } from '../lab/memory.js';
import { ask } from './exchange.js';
import { atPace } from './pace.js';
import type { Site } from './site.js';

/** Open before anything is measured: what the first ones cost once is not what each costs. */
const BEFORE = 200;
const OPENED_PER_SECOND = 100;
/** For what was asked of the process to be done, and for its garbage to be collected. */
const SETTLE_MS = 3000;
/** Nobody answers. */
const SCRIPT = { firstDelayMs: 0, chunkDelayMs: 0, chunks: 1 };

/** What the API process grows by with each stream that is open and has nothing to tell, in KB. Linux only. */
export async function measureIdleStreams({ api, nextSeat }: Site, streams: number): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const leaving = new AbortController();
  const reading: Promise<unknown>[] = [];
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const asked = ask(api.url, nextSeat(), SCRIPT, { onOpen: resolve, signal: leaving.signal });
      reading.push(asked.then(() => reject(new Error('a stream did not stay open'))));
    });
  await atPace(BEFORE, OPENED_PER_SECOND, open);
  const before = await heldKilobytes(api.pid);
  await atPace(streams, OPENED_PER_SECOND, open);
  const after = await heldKilobytes(api.pid);
  leaving.abort();
  await Promise.all(reading);
  return (after - before) / streams;
}

async function heldKilobytes(pid: number): Promise<number> {
  await pause(SETTLE_MS);
  process.kill(pid, 'SIGUSR2');
  await pause(SETTLE_MS);
  return pssKilobytes(pid);
}
