import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { migrate } from '../../../src/platform/database/migrate.js';

/** The state that the previous release left behind (make.ts). */
export interface PreviousState {
  madeAt: string;
  session: { userId: string; refreshToken: string };
  rooms: string[];
  /** Accepted and queued, not started. */
  replies: { id: string; room: string }[];
  /** Requested and not sent. */
  code: { mobile_number: string; challenge_id: string; otp: string };
  rows: Record<string, object[]>;
  keys: { key: string; ttlMs: number; dump: string }[];
}

export const previousState = (backend: string): PreviousState =>
  JSON.parse(readFileSync(resolve('test/fixtures/previous', `${backend}.json`), 'utf8')) as PreviousState;

/** Written by the migrations. */
const NOT_DATA = /^(public\.migrations|bullmq\.\w*migrations?)$/;

/** Runs the migrations that the previous release had. */
export async function migrateAsBefore({ rows }: PreviousState, url: string): Promise<void> {
  const done = new Set((rows['public.migrations'] as { name: string }[]).map(({ name }) => name));
  const migrations = MIGRATIONS.filter(({ name }) => done.has(name));
  const options = { ...dataSourceOptions({ url, poolMax: 2, applicationName: 'test' }), migrations };
  const source = await new DataSource(options).initialize();
  await source.runMigrations();
  await source.destroy();
}

/** Creates a database as the previous release left it, then migrates it as a deployment does. */
export async function loadDatabase(state: PreviousState, url: string): Promise<void> {
  await migrateAsBefore(state, url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  if (Object.keys(state.rows).some((table) => table.startsWith('bullmq.'))) await migrate(url);
  await client.query('set local session_replication_role = replica'); // any order of the tables
  const age = `${Date.now() - Date.parse(state.madeAt)} ms`;
  for (const [table, rows] of Object.entries(state.rows)) {
    if (NOT_DATA.test(table)) continue;
    // Only the columns of that release: a newer one takes its default.
    const named = Object.keys(rows[0] ?? {}).map((name) => pg.escapeIdentifier(name));
    if (named.length === 0) continue;
    await client.query(
      `insert into ${table} (${named.join()}) overriding system value
       select ${named.join()} from jsonb_populate_recordset(null::${table}, $1) on conflict do nothing`,
      [JSON.stringify(rows)],
    );
    const { rows: columns } = await client.query<{ name: string; type: string }>(
      `select quote_ident(attname) as name, format_type(atttypid, null) as type from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and atttypid in ('timestamptz'::regtype, 'date'::regtype)`,
      [table],
    );
    // Moves times to the present, because codes live for minutes.
    for (const { name, type } of columns)
      await client.query(`update ${table} set ${name} = (${name} + $1::interval)::${type}`, [age]);
  }
  await client.query('commit');
  await client.end();
  await migrate(url);
}

/** Puts the keys of the previous release into an empty Redis. */
export async function loadRedis({ keys }: PreviousState, url: string): Promise<void> {
  const redis = new Redis(url);
  for (const { key, ttlMs, dump } of keys) await redis.restore(key, ttlMs, Buffer.from(dump, 'base64'));
  await redis.quit();
}
