import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lab } from '../lab/lab.js';
import { processorMicroseconds } from '../lab/processor.js';
import { startProduct } from '../lab/product.js';
import type { Program } from '../lab/program.js';
import { PACKETS, PLAIN, type Packet } from './packets.js';

/** Costs of a packet for the process that receives it; null if the machine cannot report them (Linux's /proc). */
export interface StrangerFigures {
  name: string;
  status: number;
  /** Processor time of one packet. */
  milliseconds: number | null;
  /** Peak memory above the memory before, per packet of several sent at once. */
  megabytes: number | null;
}

/** Linux counts processor time in hundredths of a second: enough packets for a precise result. */
const LEAST_PACKETS = 5;
const MOST_PACKETS = 50;
const LEAST_MICROSECONDS = 100_000;
const ROUNDS = 2;
const AT_ONCE = 16;
const SETTLE_MS = 100;
/** A packet without a response within this time fails the benchmark. */
const PATIENCE_MS = 2_000;

/** Measures the costs of each packet for the API process, in its production settings. */
export async function measureStrangers(lab: Lab): Promise<StrangerFigures[]> {
  const product = await startProduct(
    lab,
    { databaseUrl: await lab.newDatabase(), redisUrl: null },
    {
      nodeFlags: ['--expose-gc', '--import', new URL('../lab/collects-garbage.js', import.meta.url).href],
    },
  );
  for (let index = 0; index < MOST_PACKETS; index++) await send(product.url, PLAIN);
  const found: StrangerFigures[] = [];
  for (const packet of [PLAIN, ...PACKETS]) found.push(await measure(product, packet));
  await product.stop();
  return found;
}

async function measure({ url, pid }: Program, packet: Packet): Promise<StrangerFigures> {
  const status = await send(url, packet);
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++)
    least = Math.min(least, (await costOf(url, pid, packet)) ?? Infinity);
  return {
    name: packet.name,
    status,
    milliseconds: Number.isFinite(least) ? least : null,
    megabytes: await memoryOf(url, pid, packet),
  };
}

async function costOf(url: string, pid: number, packet: Packet): Promise<number | null> {
  const before = processorMicroseconds(pid);
  if (before === null) return null;
  let spent = 0;
  let sent = 0;
  while (sent < LEAST_PACKETS || (spent < LEAST_MICROSECONDS && sent < MOST_PACKETS)) {
    await send(url, packet);
    sent += 1;
    spent = processorMicroseconds(pid)! - before;
  }
  return spent / sent / 1000;
}

async function memoryOf(url: string, pid: number, packet: Packet): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  process.kill(pid, 'SIGUSR2');
  await pause(SETTLE_MS);
  // proc(5), clear_refs: 5 resets the peak to the resident memory.
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const before = kilobytes(pid, 'VmRSS');
  await Promise.all(Array.from({ length: AT_ONCE }, () => send(url, packet)));
  return Math.max(0, kilobytes(pid, 'VmHWM') - before) / 1024 / AT_ONCE;
}

const kilobytes = (pid: number, field: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);

/**
 * Sends the bytes and reads until the server closes.
 * @returns the status of the last response
 */
function send(url: string, { bytes }: Packet): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (text += chunk));
    // The server may reset the connection after its response.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/m.exec(text)?.[1] ?? 0)));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.write(bytes, 'latin1');
  });
}
