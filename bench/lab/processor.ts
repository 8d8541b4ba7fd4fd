import { readFileSync } from 'node:fs';
import { withDescendants } from './memory.js';

/** Linux counts in hundredths of a second (USER_HZ), on every architecture that Node runs on. */
const TICK_MICROSECONDS = 10_000;

/** Processor time of a process so far, user and system, in microseconds (proc(5), stat); null without /proc. */
export function processorMicroseconds(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  return ticksOf(pid, 2) * TICK_MICROSECONDS;
}

/**
 * Processor time of a process, of its descendants, and of the descendants that have ended: a server's workers come and go.
 * Null where there is no /proc.
 */
export function treeMicroseconds(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  return withDescendants([pid]).reduce((sum, each) => sum + withEndedChildren(each), 0);
}

/** 0 where it has ended meanwhile: its parent counts it then. */
function withEndedChildren(pid: number): number {
  try {
    return ticksOf(pid, 4) * TICK_MICROSECONDS;
  } catch {
    return 0;
  }
}

/** The first `count` of: user, system, user of ended children, system of ended children (proc(5), stat). */
function ticksOf(pid: number, count: 2 | 4): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses, which may contain any character.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 11 + count).reduce((sum, field) => sum + Number(field), 0);
}
