import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Preloaded as in `npm start`. */
const PRELOAD = new URL('../../src/preload.js', import.meta.url).href;

export interface ProgramOptions {
  /** Path below the compiled tree, for example `src/main.js`. */
  script: string;
  env: Record<string, string>;
  /** File of its log, as in production. */
  dir: string;
  name: string;
  /** Flags of Node. */
  nodeFlags?: string[];
}

/** Programs that must not outlive this process. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A program of ours in its own process. */
export interface Program {
  url: string;
  pid: number;
  /** Its channel of messages (collects-garbage.ts). */
  child: ChildProcess;
  /** Stops it as an operator would. */
  stop: () => Promise<void>;
}

/** Starts a server program, and waits until it reports its address. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { child, logPath } = forkProgram(options);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { listening: string }) => resolve(message.listening));
    child.once('exit', (code) => reject(new Error(`${options.name} ended with ${code}: ${tail(logPath)}`)));
  });
  return { url, pid: child.pid!, child, stop: () => stop(child) };
}

/** Starts a program that does not listen: a worker. Its work shows that it has started. */
export function startWorker(options: ProgramOptions): Pick<Program, 'pid' | 'child' | 'stop'> {
  const { child } = forkProgram(options);
  return { pid: child.pid!, child, stop: () => stop(child) };
}

/** Starts a program of the compiled tree; the caller waits for it. */
export function forkProgram(options: ProgramOptions): { child: ChildProcess; logPath: string } {
  const logPath = join(options.dir, `${options.name}.log`);
  const log = openSync(logPath, 'a');
  const child = fork(fileURLToPath(new URL(`../../${options.script}`, import.meta.url)), [], {
    // Passes nothing of the machine's environment except the paths of programs.
    env: { PATH: process.env['PATH'], ...options.env },
    execArgv: ['--import', PRELOAD, ...(options.nodeFlags ?? [])],
    stdio: ['ignore', log, log, 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return { child, logPath };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** The last lines of a log; the whole log may exceed the maximum length of a string. */
function tail(path: string): string {
  const log = openSync(path, 'r');
  const { size } = fstatSync(log);
  const bytes = Buffer.alloc(Math.min(size, 2000));
  readSync(log, bytes, 0, bytes.length, size - bytes.length);
  closeSync(log);
  return bytes.toString();
}
