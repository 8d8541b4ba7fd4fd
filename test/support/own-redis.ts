import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { endsWithFile } from './programs.js';

/** A Redis of one test, which can be killed and restarted. */
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

  /** Starts Redis on its stored data. */
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

  /** Kills Redis with SIGKILL: acknowledged writes are on its disk, and connections are not closed properly. */
  async kill(): Promise<void> {
    const server = this.server!;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
    this.server = null;
  }

  /** Stops Redis (SIGSTOP) or continues it: a stopped one accepts connections and does not respond. */
  freeze(frozen: boolean): void {
    this.server?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Copies the stored data. */
  keepData(): void {
    rmSync(this.copy, { recursive: true, force: true });
    cpSync(this.dir, this.copy, { recursive: true });
  }

  /** Restores the copy: Redis has then lost acknowledged writes. */
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
