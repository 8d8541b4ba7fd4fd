import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { release } from './release.js';

const WARM_PROGRAM = fileURLToPath(new URL('warm-program.js', import.meta.url));
const PRELOAD = new URL('../../dist/src/preload.js', import.meta.url).href;

/** The processes of this Jest worker. */
const processes = new Set();
/** Those whose last program has ended in order. */
const idle = new Set();
process.once('exit', () => processes.forEach((one) => one.kill('SIGKILL')));

/** Ids of the processes, also of those that wait for a program. */
export const warmProcesses = () => [...processes].map(({ pid }) => pid);

/**
 * Starts a compiled program (`src/main`, `src/worker`) in a process that has run one before, or in a new one: a fifth of the
 * processor time of a start. Nothing else runs there meanwhile; signals reach the program, and where it ends with an error or by
 * SIGKILL, the process ends.
 * @returns what tests use of a ChildProcess
 */
export function startWarm(path, environment) {
  // The one that ended last: the others may stay without work.
  const host = [...idle].at(-1) ?? startProcess();
  idle.delete(host);
  host.ref();
  host.send({ path, environment });
  return new WarmProgram(host);
}

class WarmProgram extends EventEmitter {
  exitCode = null;
  signalCode = null;
  stdout = new PassThrough();
  stderr = new PassThrough();
  #process;
  #outputs = 2;
  #listeners = [];

  constructor(host) {
    super();
    this.#process = host;
    this.pid = host.pid;
    this.#on(host, 'message', (message) => {
      host.unref();
      this.emit('message', message);
    });
    this.#on(host, 'exit', (code, signal) => this.#end(code, signal));
    this.#on(host.stdout, 'data', (chunk) => this.#take(this.stdout, chunk));
    this.#on(host.stderr, 'data', (chunk) => this.#take(this.stderr, chunk));
  }

  kill(signal) {
    if (this.exitCode !== null || this.signalCode !== null) return false;
    this.#process.ref();
    return this.#process.kill(signal);
  }

  /** Does nothing: no process here keeps Jest from ending. */
  unref() {}

  #on(emitter, event, listener) {
    emitter.on(event, listener);
    this.#listeners.push(() => emitter.removeListener(event, listener));
  }

  #take(output, chunk) {
    const end = chunk.indexOf(0);
    output.write(end < 0 ? chunk : chunk.subarray(0, end));
    if (end < 0 || --this.#outputs > 0) return;
    for (const remove of this.#listeners) remove();
    idle.add(this.#process);
    this.#end(0, null);
  }

  #end(code, signal) {
    this.#process.unref();
    this.exitCode = code;
    this.signalCode = signal;
    // Its readers have its last output by then.
    setImmediate(() => this.emit('exit', code, signal));
  }
}

function startProcess() {
  const started = fork(WARM_PROGRAM, [], { env: {}, execArgv: ['--import', PRELOAD], silent: true });
  processes.add(started);
  started.once('exit', () => {
    processes.delete(started);
    idle.delete(started);
  });
  release(started);
  return started;
}
