import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { withTimeout } from '../../platform/concurrency/with-timeout.js';
import type { Config } from '../../platform/config/config.js';
import { createClient } from '../../platform/database/connections.js';
import { assertMigrated, SchemaBehind } from '../../platform/database/schema-check.js';
import { failed, fix, ok, skipped, type Check, type CheckGroup, type Finding } from './check.js';
import { verdictOfClock } from './clock-skew.js';
import {
  verdictOfConnections,
  verdictOfConnectError,
  verdictOfDurability,
  verdictOfRights,
  verdictOfRole,
  verdictOfSessions,
  verdictOfTls,
  verdictOfVersion,
  type ServerFacts,
} from './postgres-verdicts.js';
import { reasonOf } from './reason.js';

const SERVICE = 'PostgreSQL';
const CONNECT = 'connection';
const CONNECT_MS = 5000;
/** A notification to oneself takes milliseconds. */
const NOTIFIED_MS = 2000;
/** Of the bus; with the queue on PostgreSQL 12 more (docs/deploy.md). */
const BUS_CONNECTIONS = 1;
const QUEUE_CONNECTIONS = 12;

/** The checks of DATABASE_URL. They write nothing. */
export function postgresChecks(config: Config): CheckGroup {
  const { url } = config.database;
  if (url === null) return { service: SERVICE, checks: [{ name: CONNECT, run: () => embedded(config) }] };
  const link = new Link(url);
  const check = (name: string, run: () => Promise<Finding>): Check => ({ name, needs: CONNECT, run });
  const checks: Check[] = [
    { name: CONNECT, run: () => link.connect(config.production) },
    check('version', async () => {
      const [row] = await link.rows<{ version: number }>(
        `select current_setting('server_version_num')::int as version`,
      );
      return verdictOfVersion(row!.version);
    }),
    check('role of the server', async () => verdictOfRole(await link.facts())),
    check('durability', async () => verdictOfDurability(await link.facts())),
    check('migrations', () => migrationsOf(url)),
    check('rights', () => rightsOf(link)),
    check('sessions and LISTEN', () => sessionsOf(link)),
    check('connections', () => connectionsOf(link, config)),
    check('clock', () => clockOf(link)),
  ];
  return { service: SERVICE, checks, close: () => link.close() };
}

const embedded = ({ dataDir }: Config): Finding =>
  skipped(
    `simulated: the API process starts a PostgreSQL of its own in ${dataDir}`,
    fix('DATABASE_URL', 'name a server; production requires one', 'docs/deploy.md'),
  );

/** Two connections: the second one shows whether the first one has a session of its own. */
class Link {
  readonly first: pg.Client;
  readonly second: pg.Client;

  constructor(private readonly url: string) {
    [this.first, this.second] = [this.open(), this.open()];
  }

  async connect(production: boolean): Promise<Finding> {
    try {
      await this.first.connect();
      await this.second.connect();
    } catch (error) {
      return verdictOfConnectError((error as { code?: string }).code ?? reasonOf(error));
    }
    const [row] = await this.rows<{ ssl: boolean | null }>(
      'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
    );
    return verdictOfTls(row?.ssl === true, new URL(this.url).hostname, production);
  }

  async rows<T extends object>(sql: string): Promise<T[]> {
    return (await this.first.query<T>(sql)).rows;
  }

  async facts(): Promise<ServerFacts> {
    const [row] = await this.rows<ServerFacts>(
      `select pg_is_in_recovery() as "isReplica",
              current_setting('server_encoding') as encoding,
              current_setting('synchronous_commit') as "synchronousCommit",
              current_setting('fsync') as fsync,
              current_setting('autovacuum') as autovacuum`,
    );
    return row!;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.first.end(), this.second.end()]);
  }

  private open(): pg.Client {
    return createClient({
      connectionString: this.url,
      application_name: 'chat-doctor',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
    });
  }
}

async function migrationsOf(url: string): Promise<Finding> {
  try {
    await assertMigrated(url);
    return ok('all migrations of this release have run');
  } catch (error) {
    if (!(error instanceof SchemaBehind)) throw error;
    return failed(error.message, fix([], 'run npm run migrate', 'docs/deploy.md'));
  }
}

async function rightsOf(link: Link): Promise<Finding> {
  const tables = await link.rows<{ name: string }>(
    `select c.oid::regclass::text as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname in (current_schema(), 'bullmq')
        and not (has_schema_privilege(n.oid, 'usage')
             and has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
             and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'))
      order by 1`,
  );
  const [row] = await link.rows<{ create: boolean }>(
    `select has_schema_privilege(current_schema(), 'create') and has_database_privilege(current_database(), 'create') as "create"`,
  );
  return verdictOfRights(
    tables.map(({ name }) => name),
    row!.create,
  );
}

/**
 * In transaction mode a pooler lends a server process for one transaction. While the second connection is in a transaction,
 * it holds the process that the first one used before; with sessions the two never have the same one.
 */
async function sessionsOf({ first, second }: Link): Promise<Finding> {
  const pid = 'select pg_backend_pid() as pid';
  const channel = `chat_doctor_${randomBytes(8).toString('hex')}`;
  const notified = new Promise<true>((resolve) => first.on('notification', () => resolve(true)));
  await first.query(`listen ${channel}`);
  const { pid: firstPid } = (await first.query<{ pid: number }>(pid)).rows[0]!;
  await second.query('begin');
  const { pid: secondPid } = (await second.query<{ pid: number }>(pid)).rows[0]!;
  const { pid: laterPid } = (await first.query<{ pid: number }>(pid)).rows[0]!;
  await second.query(`select pg_notify('${channel}', '')`);
  await second.query('commit');
  const isNotified = await withTimeout(notified, NOTIFIED_MS).catch(() => false);
  const sharesBackend = firstPid === secondPid || laterPid !== firstPid;
  return verdictOfSessions({ sharesBackend, isNotified });
}

async function connectionsOf(link: Link, { database, redisUrl }: Config): Promise<Finding> {
  const [row] = await link.rows<{ available: number; used: number }>(
    `select least(
              current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - coalesce(current_setting('reserved_connections', true)::int, 0),
              (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
              (select nullif(datconnlimit, -1) from pg_database where datname = current_database())
            ) as available,
            (select count(*)::int from pg_stat_activity
              where backend_type = 'client backend' and application_name <> 'chat-doctor') as used`,
  );
  const others = BUS_CONNECTIONS + (redisUrl === null ? QUEUE_CONNECTIONS : 0);
  return verdictOfConnections({ ...row!, poolMax: database.poolMax, others });
}

async function clockOf(link: Link): Promise<Finding> {
  const askedMs = Date.now();
  const [row] = await link.rows<{ ms: number }>(
    'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
  );
  return verdictOfClock(SERVICE, { remoteMs: row!.ms, askedMs, answeredMs: Date.now() });
}
