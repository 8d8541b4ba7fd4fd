import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  startEmbeddedPostgres,
  type RunningPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { startRedis, type RunningRedis } from './redis.js';

/** The servers of one benchmark, in a folder that is deleted with them. Loopback only. */
export class Lab {
  private made = 0;

  private constructor(
    readonly dir: string,
    private readonly postgres: RunningPostgres,
    /** Null if redis-server is not installed. */
    readonly redis: RunningRedis | null,
  ) {}

  /**
   * Starts PostgreSQL as the product ships it (fsync and synchronous_commit on) and Redis with AOF.
   * @param settings additional settings of PostgreSQL
   */
  static async open(settings: Record<string, string> = {}): Promise<Lab> {
    const dir = mkdtempSync(join(tmpdir(), 'chat-bench-'));
    chmodSync(dir, 0o755); // PostgreSQL runs as another user when root runs this
    const postgres = await startEmbeddedPostgres(dir, {
      settings: { max_connections: '120', ...settings },
    });
    const redis = await startRedis(dir);
    const lab = new Lab(dir, postgres, redis);
    // Also after an uncaught error, so that no server remains.
    process.once('exit', () => {
      redis?.kill();
      postgres.kill();
      rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    });
    // SIGTERM by itself ends a process without its 'exit'.
    process.once('SIGTERM', () => process.exit(1));
    return lab;
  }

  /** PostgreSQL's first process, the parent of all others: the first line of the file that it keeps about itself. */
  get postgresPid(): number {
    return Number(readFileSync(join(this.dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
  }

  /** Creates an empty, migrated database, or a copy of `template`, which must have no connections. */
  async newDatabase(template?: string): Promise<string> {
    const url = await this.unmigratedDatabase(template);
    if (!template) await migrate(url);
    return url;
  }

  /** Creates an empty database without tables, or a copy of `template`. */
  async unmigratedDatabase(template?: string): Promise<string> {
    this.made += 1;
    const name = `bench_${this.made}`;
    const from = template ? new URL(template).pathname.slice(1) : 'template0';
    await rows(this.postgres.url, `create database ${name} template ${from}`);
    const url = new URL(this.postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async close(): Promise<void> {
    this.redis?.kill();
    await this.postgres.stop();
  }
}

/** Runs one statement on its own connection, without the product's statement timeout. */
export async function rows<R extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values?: unknown[],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
