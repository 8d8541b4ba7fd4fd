import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const ofFile = globalThis as { testPrograms?: Set<ChildProcess>; testFolders?: Set<string> };
/** Programs of this test file. Its environment (node-environment.js) kills those that still run when the file ends. */
const running = (ofFile.testPrograms ??= new Set());
/** Folders of this test file; its environment deletes them. */
const folders = (ofFile.testFolders ??= new Set());

// Only outside Jest: in its files `process` does not emit this event. One listener, because Node warns above ten.
process.once('exit', () => {
  running.forEach((program) => program.kill('SIGKILL'));
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});

/**
 * Registers a program to be ended with its test file. A failing test does not reach the line that stops its program, and
 * a running program would keep Jest from ending.
 */
export function endsWithFile<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Registers a folder to be deleted with its test file. */
export function deletedWithFile(folder: string): string {
  folders.add(folder);
  return folder;
}
