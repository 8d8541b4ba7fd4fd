import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startEmbeddedPostgres,
  type RunningPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { eventually } from '../support/eventually.js';

/** Four processes with their pools, and the harness. */
const SETTINGS = { max_connections: '160' };
/**
 * The backends of a killed postmaster end by themselves within milliseconds; until then a new one does not start on their
 * memory.
 */
const RESTART_TRIES = 100;

/** A PostgreSQL of one run, durable as the product ships it, which can be killed and restarted. */
export class OwnPostgres {
  private constructor(
    private readonly dir: string,
    private server: RunningPostgres,
  ) {
    process.once('exit', () => {
      this.server.kill();
      rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    });
  }

  static async start(): Promise<OwnPostgres> {
    const dir = mkdtempSync(join(tmpdir(), 'chat-chaos-'));
    chmodSync(dir, 0o755); // PostgreSQL runs as another user when root runs this
    return new OwnPostgres(dir, await startEmbeddedPostgres(dir, { settings: SETTINGS }));
  }

  /** Changes with each restart. */
  get url(): string {
    return this.server.url;
  }

  /** Ends it without a shutdown: SIGKILL, or SIGQUIT, PostgreSQL's immediate shutdown. */
  async kill(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
    const [pid] = readFileSync(join(this.dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), signal);
    await eventually(() => !isThere(Number(pid)));
  }

  /** Starts it on its stored data; it recovers from its log. */
  async restart(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.server = await startEmbeddedPostgres(this.dir, { settings: SETTINGS });
        return;
      } catch (error) {
        if (tries === RESTART_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
