import { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import { TestEnvironment } from 'jest-environment-node';
import { noteCost, processorSeconds } from './file-costs.js';
import { sharedBrowser } from './shared-browser.js';
import { startWarm, warmProcesses } from './warm-programs.js';

/** Symbol under which Node's fetch keeps its connections (undici, lib/global.js). */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/** Products shared by the files of one worker (product.ts), by their environment. Each file has its own global object. */
const sharedProducts = new Map();
// A file's `process` is a copy without signals and exit events; this module's is the worker's.
process.once('exit', () => {
  for (const { children, folders } of sharedProducts.values()) {
    for (const child of children) child.kill('SIGKILL');
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
});

/** Programs that this worker has started: Node's own modules are the same for all files. */
let programs = 0;
const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (...words) {
  programs += 1;
  return spawn.apply(this, words);
};

/** Lets errors of packages, which Node has loaded (jest-runtime.cjs), be instances of this file's `Error`. */
function knowErrors({ Error }) {
  const { [Symbol.hasInstance]: isInstance } = Function.prototype;
  Object.defineProperty(Error, Symbol.hasInstance, {
    value(value) {
      return isInstance.call(this, value) || (this === Error && isNativeError(value));
    },
  });
}

/**
 * Jest's Node environment with one more symbol on its global object: the one by which `@google/genai` and our
 * provider-fetch find the connections of Node's fetch. Without it every call through the official client fails in tests.
 * At the end of a file it kills the file's remaining programs, deletes its folders (programs.ts) and notes what the file cost.
 */
export default class NodeEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.path = context.testPath;
    this.project = config.projectConfig.displayName?.name;
    this.before = { seconds: processorSeconds(warmProcesses()), programs };
  }

  async setup() {
    await super.setup();
    void Headers; // loads undici, which then sets the symbol on the real global object
    Object.defineProperty(this.global, 'TEST_SHARED_PRODUCTS', { get: () => sharedProducts });
    Object.defineProperty(this.global, 'TEST_SHARED_BROWSER', { get: () => sharedBrowser });
    Object.defineProperty(this.global, 'TEST_START_WARM', { get: () => startWarm });
    this.global.Reflect = Reflect;
    knowErrors(this.global);
    Object.defineProperty(this.global, DISPATCHER, { get: () => globalThis[DISPATCHER], configurable: true });
  }

  async teardown() {
    for (const program of this.global.testPrograms ?? []) program.kill('SIGKILL');
    // An embedded PostgreSQL may write for a moment after its product has ended.
    for (const folder of this.global.testFolders ?? [])
      await rm(folder, { recursive: true, force: true, maxRetries: 10 }).catch(() => undefined);
    await super.teardown();
    noteCost({
      path: this.path,
      project: this.project,
      processorSeconds: processorSeconds(warmProcesses()) - this.before.seconds,
      programs: programs - this.before.programs,
    });
  }
}
