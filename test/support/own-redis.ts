import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { endsWithFile } from './programs.js';

/** A Redis of one test's own, to be killed and brought back. */
export class OwnRedis {
  private server: ChildProcess | null = null;
  private readonly home = mkdtempSync(join(tmpdir(), 'chat-redis-'));

  private constructor(private readonly port: number) {}

  static async start(): Promise<OwnRedis> {
    const redis = new OwnRedis(await freePort());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it on what it has on disk. */
  async start(): Promise<void> {
    const settings = { port: this.port, bind: '127.0.0.1', dir: this.dir, appendonly: 'yes', save: '' };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    mkdirSync(this.dir, { recursive: true });
    const server = endsWithFile(spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] }));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('Ready to accept connections')) resolve();
      });
      server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
    });
  }

  /** SIGKILL: what was acknowledged is on its disk, nothing is said to anybody. */
  async kill(): Promise<void> {
    const server = this.server!;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
    this.server = null;
  }

  /** Stops (SIGSTOP) or continues it: a Redis that takes connections and says nothing. */
  freeze(frozen: boolean): void {
    this.server?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Keeps a copy of what it has on disk now. */
  keepData(): void {
    rmSync(this.copy, { recursive: true, force: true });
    cpSync(this.dir, this.copy, { recursive: true });
  }

  /** Puts the copy back in place of what it has on disk: a Redis that has forgotten what it acknowledged. */
  restoreData(): void {
    rmSync(this.dir, { recursive: true, force: true });
    cpSync(this.copy, this.dir, { recursive: true });
  }

  async close(): Promise<void> {
    if (this.server) await this.kill();
    rmSync(this.home, { recursive: true, force: true });
  }

  private get dir(): string {
    return join(this.home, 'data');
  }

  private get copy(): string {
    return join(this.home, 'copy');
  }
}
