import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { forkProgram, type ProgramOptions } from '../../bench/lab/program.js';
import type { TcpProxy } from '../support/tcp-proxy.js';

/** The proxies between one process and its servers. */
export interface Links {
  postgres: TcpProxy;
  /** Null on the PostgreSQL backend. */
  redis: TcpProxy | null;
}

/** Time in which a process must stop on request; later it counts as hanging. */
const STOP_MS = 30_000;
/** Pause before a supervisor restarts a process that did not start. */
const START_AGAIN_MS = 300;

/** One process of the product, which is restarted whenever it ends, as by a supervisor. */
export class Member {
  /** Unexpected ends after the start. */
  readonly crashes: string[] = [];
  /** Starts that failed because a server was down. */
  failedStarts = 0;
  slowestStopMs = 0;
  private child: ChildProcess | null = null;
  private closing = false;

  constructor(
    readonly options: ProgramOptions,
    readonly links: Links,
  ) {}

  get name(): string {
    return this.options.name;
  }

  get isUp(): boolean {
    return this.child !== null;
  }

  /** Resolves when the process serves or works. */
  async start(): Promise<void> {
    while (!this.closing) {
      const { child } = forkProgram(this.options);
      const up = await new Promise<boolean>((resolve) => {
        child.once('message', () => resolve(true));
        child.once('exit', () => resolve(false));
      });
      if (up) {
        this.child = child;
        child.once('exit', (code, signal) => this.ended(child, code, signal));
        return;
      }
      this.failedStarts += 1;
      await pause(START_AGAIN_MS);
    }
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** SIGTERM; a process that does not end is killed, which counts as a fault of the product. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => {
      this.crashes.push(`${this.name} did not stop within ${STOP_MS} ms`);
      child?.kill('SIGKILL');
    }, STOP_MS);
    const { child } = this;
    const began = Date.now();
    await this.end('SIGTERM');
    clearTimeout(timer);
    this.slowestStopMs = Math.max(this.slowestStopMs, Date.now() - began);
  }

  /** SIGSTOP and SIGCONT. */
  freeze(frozen: boolean): void {
    this.child?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.kill();
    await this.links.postgres.close();
    await this.links.redis?.close();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child) return;
    this.child = null;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  private ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.child !== child) return;
    this.child = null;
    this.crashes.push(`${this.name} ended by itself with ${code ?? signal}`);
    void this.start();
  }
}
