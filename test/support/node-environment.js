import { rm } from 'node:fs/promises';
import { TestEnvironment } from 'jest-environment-node';

/** Where Node's fetch keeps its connections (undici, lib/global.js). */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/** Products that the files of one worker share (product.ts), by their environment. Each file has a global object of its own. */
const sharedProducts = new Map();
// A file's `process` is a copy that hears no signals and no exit; this module's is the worker's.
process.once('exit', () => {
  for (const { child } of sharedProducts.values()) child.kill('SIGKILL');
});

/**
 * Jest's Node environment, whose global object lacks the one symbol by which `@google/genai` and our own provider-fetch
 * find the connections of Node's fetch. Without it every call through the official client fails in a test. At the end of a
 * file it kills the programs and deletes the folders that the file has left behind (programs.ts).
 */
export default class NodeEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    void Headers; // loads undici, which then sets the symbol on the real global object
    Object.defineProperty(this.global, 'TEST_SHARED_PRODUCTS', { get: () => sharedProducts });
    Object.defineProperty(this.global, DISPATCHER, { get: () => globalThis[DISPATCHER], configurable: true });
  }

  async teardown() {
    for (const program of this.global.testPrograms ?? []) program.kill('SIGKILL');
    // An embedded PostgreSQL that outlives its product for a moment may still write.
    for (const folder of this.global.testFolders ?? [])
      await rm(folder, { recursive: true, force: true, maxRetries: 10 }).catch(() => undefined);
    await super.teardown();
  }
}
