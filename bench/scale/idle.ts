import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lab } from '../lab/lab.js';
import { pssKilobytes } from '../lab/memory.js';
import { processorMicroseconds } from '../lab/processor.js';
import { openStreams } from '../streams/idle-memory.js';
import { openWaitingSite, PEOPLE } from '../streams/site.js';
import type { IdleFigures } from './figures.js';

export const IDLE_STREAMS = 5_000;
/** Two pings of each stream. */
const IDLE_SECONDS = 30;
/** Until V8 has returned what a collection freed. */
const SETTLE_MS = 3_000;

/** Measures 5,000 open streams of replies that wait for a worker, on one API process. Linux only. */
export async function measureIdle(lab: Lab): Promise<IdleFigures | null> {
  if (process.platform !== 'linux') return null;
  const site = await openWaitingSite(lab, lab.redis?.url(10) ?? null, IDLE_STREAMS / PEOPLE + 1);
  const { pid } = site.api;
  await (await openStreams(site.api.url, site.nextSeat, PEOPLE)).close();
  const [memory, before] = [await heldKilobytes(pid), descriptorsOf(pid)];
  const begun = performance.now();
  const open = await openStreams(site.api.url, site.nextSeat, IDLE_STREAMS);
  const openedSeconds = (performance.now() - begun) / 1000;
  const kilobytesEach = ((await heldKilobytes(pid)) - memory) / IDLE_STREAMS;
  const opened = descriptorsOf(pid);
  const used = processorMicroseconds(pid)!;
  await pause(IDLE_SECONDS * 1000);
  const processor = (processorMicroseconds(pid)! - used) / 1e6 / IDLE_SECONDS;
  await open.close();
  await pause(SETTLE_MS);
  const descriptors: IdleFigures['descriptors'] = [before, opened, descriptorsOf(pid)];
  await site.close();
  return { streams: IDLE_STREAMS, openedSeconds, kilobytesEach, processor, descriptors };
}

async function heldKilobytes(pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR2');
  await pause(SETTLE_MS);
  process.kill(pid, 'SIGUSR2');
  await pause(SETTLE_MS);
  return pssKilobytes(pid);
}

/** Open files and connections of a process (proc(5), fd). */
export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
