import { TestEnvironment } from 'jest-environment-node';

/** Where Node's fetch keeps its connections (undici, lib/global.js). */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/**
 * Jest's Node environment, whose global object lacks the one symbol by which `@google/genai` and our own provider-fetch
 * find the connections of Node's fetch. Without it every call through the official client fails in a test. At the end of a
 * file it kills the programs that the file has left behind (programs.ts).
 */
export default class NodeEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    void Headers; // loads undici, which then sets the symbol on the real global object
    Object.defineProperty(this.global, DISPATCHER, { get: () => globalThis[DISPATCHER], configurable: true });
  }

  async teardown() {
    for (const program of this.global.testPrograms ?? []) program.kill('SIGKILL');
    await super.teardown();
  }
}
