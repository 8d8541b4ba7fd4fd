import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Ticks of a processor's time in a second on Linux, whatever its own clock (time(7): USER_HZ). */
const TICKS_PER_SECOND = 100;

/**
 * Processor seconds of this process and, on Linux, of the programs that it started and that have ended, and of others
 * that still run. Servers of the whole run and shared browsers are not part of it.
 * @param running process ids
 */
export function processorSeconds(running = []) {
  if (!existsSync('/proc/self/stat')) {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
  return ['self', ...running].reduce((sum, pid) => sum + secondsOf(pid), 0);
}

function secondsOf(pid) {
  // proc_pid_stat(5): fields 14 to 17, counted from behind the name in parentheses.
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

/** Lets the workers of this run, which inherit the variable, note what their files cost. */
export function collectCosts() {
  process.env.TEST_COSTS = join(mkdtempSync(join(tmpdir(), 'test-costs-')), 'costs');
}

/** Notes what a file cost: `{ path, project, processorSeconds, programs }`. */
export function noteCost(cost) {
  if (process.env.TEST_COSTS) appendFileSync(process.env.TEST_COSTS, `${JSON.stringify(cost)}\n`);
}

/** What the files of this run cost. */
export function takeCosts() {
  const file = process.env.TEST_COSTS;
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  rmSync(dirname(file), { recursive: true, force: true });
  return lines.map((line) => JSON.parse(line));
}
