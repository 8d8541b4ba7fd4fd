import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second (USER_HZ), on every architecture that Node runs on. */
const TICK_MICROSECONDS = 10_000;

/** Processor time that a process has used so far, user and system, in microseconds (proc(5), stat); null where there is no /proc. */
export function processorMicroseconds(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses, which may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}
