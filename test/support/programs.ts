import type { ChildProcess } from 'node:child_process';

/** Of this test file; its environment (node-environment.js) kills those that are left when the file is done. */
const running = ((globalThis as { testPrograms?: Set<ChildProcess> }).testPrograms ??= new Set());

/**
 * Lets a program live no longer than the test file that started it. A test that fails does not come to the line that stops
 * its program, and one that runs on would keep the whole run from ending.
 */
export function endsWithFile<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  child.once('exit', () => running.delete(child));
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}
