import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const ofFile = globalThis as { testPrograms?: Set<ChildProcess>; testFolders?: Set<string> };
/** Programs of this test file. Its environment (node-environment.js) kills those that still run when the file ends. */
const running = (ofFile.testPrograms ??= new Set());
/** Folders of this test file, which its environment deletes. */
const folders = (ofFile.testFolders ??= new Set());

// Outside Jest, whose files have a `process` without this event. One listener: Node warns about more than ten.
process.once('exit', () => {
  running.forEach((program) => program.kill('SIGKILL'));
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});

/**
 * Ends a program with the test file that started it. A test that fails skips the line that stops its program, and a program
 * that runs on keeps Jest from ending.
 */
export function endsWithFile<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Deletes a folder with the test file that made it. */
export function deletedWithFile(folder: string): string {
  folders.add(folder);
  return folder;
}
