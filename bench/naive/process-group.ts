import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../lab/program.js';

/** Longer than the last task of a worker takes. */
const STOP_MS = 10_000;

/** Groups that must not outlive this process, by their leaders. */
const running = new Set<number>();
process.once('exit', () => running.forEach((leader) => kill(leader)));
// A terminal's Ctrl-C does not reach other groups, and SIGINT by itself ends a process without its 'exit'.
process.once('SIGINT', () => process.exit(130));

export interface GroupOptions {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** File of its log. */
  dir: string;
  name: string;
}

/** A program that is not Node's, with the processes that it forks. */
export interface ProcessGroup extends Pick<Program, 'pid' | 'stop'> {
  /** Rejects when the program ends before it is stopped. */
  failed: Promise<never>;
}

/** Starts a program in a process group of its own, so that one signal ends everything that it has forked. */
export function startGroup({ command, args, cwd, env, dir, name }: GroupOptions): ProcessGroup {
  const logPath = join(dir, `${name}.log`);
  const log = openSync(logPath, 'a');
  const child = spawn(command, args, {
    cwd,
    // Passes nothing of the machine's environment except the paths of programs.
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const pid = child.pid!;
  running.add(pid);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      // Children of a leader that was killed.
      kill(pid);
      running.delete(pid);
      resolve();
    });
  });
  const failed = ended.then((): never => {
    throw new Error(`${name} ended with ${child.exitCode}: ${readFileSync(logPath, 'utf8').slice(-2000)}`);
  });
  void failed.catch(() => undefined);
  const stop = async () => {
    if (!running.has(pid)) return;
    // The leader stops its children itself.
    child.kill('SIGTERM');
    const patience = setTimeout(() => kill(pid), STOP_MS);
    await ended;
    clearTimeout(patience);
  };
  return { pid, failed, stop };
}

function kill(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // The group has ended.
  }
}
