import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Memory of a process and its descendants, in MB: the sum of PSS, which divides a shared page among its users (proc(5),
 * smaps_rollup). Linux only.
 */
export function treeMegabytes(pids: number[]): number {
  const kilobytes = withDescendants(pids).map(pssKilobytes);
  return Math.round(kilobytes.reduce((sum, kb) => sum + kb, 0) / 1024);
}

/** These processes and all their descendants. */
export function withDescendants(pids: number[]): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const children = new Map<number, number[]>();
  for (const line of table.trim().split('\n')) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number) as [number, number];
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return [...new Set(pids.flatMap(below))];
}

/** Finds, among these and their descendants, the process that runs this script. */
export function findScript(pids: number[], script: string): number {
  const found = withDescendants(pids).find((pid) => {
    const [program = '', ...words] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return program.endsWith('node') && words.some((word) => word.endsWith(script));
  });
  if (found === undefined) throw new Error(`${script} is not running`);
  return found;
}

/** PSS of one process; 0 if it has ended. */
export function pssKilobytes(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]);
  } catch {
    return 0;
  }
}
