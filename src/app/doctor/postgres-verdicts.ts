import { isPrivate } from './private-host.js';
import { failed, fix, ok, warning, type Finding } from './check.js';

/** The oldest version with all that the statements use (docs/deploy.md). */
const LEAST_VERSION = 150_000;
const DATABASE = 'DATABASE_URL';

/** Judges an error of the connect. */
export function verdictOfConnectError(code: string): Finding {
  const faults: Record<string, [string, string]> = {
    '28P01': ['the password is refused', 'correct user and password; write special characters as %XX'],
    '28000': ['the user may not connect', 'allow this user, database and address in pg_hba.conf'],
    '3D000': ['the database does not exist', 'create it, or correct its name'],
    '53300': ['all connections are taken', 'raise max_connections, or lower DATABASE_POOL_MAX'],
    ENOTFOUND: ['its host is unknown (ENOTFOUND)', 'correct the host'],
    ECONNREFUSED: ['nothing listens there (ECONNREFUSED)', 'start the server, or correct host and port'],
  };
  const [fact, text] = faults[code] ?? [
    `no connection: ${code}`,
    'check host, port, TLS and the network between',
  ];
  return failed(fact, fix(DATABASE, text, 'https://www.postgresql.org/docs/current/libpq-connect.html'));
}

export function verdictOfVersion(version: number): Finding {
  const name = `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}`;
  if (version >= LEAST_VERSION) return ok(name);
  return failed(
    name,
    fix(DATABASE, 'use PostgreSQL 15 or newer', 'https://www.postgresql.org/docs/current/upgrading.html'),
  );
}

/** Judges the link: a password in a URL does not make it private. */
export function verdictOfTls(isEncrypted: boolean, host: string, production: boolean): Finding {
  if (isEncrypted) return ok('the connection is encrypted');
  if (!production || isPrivate(host)) return ok('not encrypted, within a private network');
  return warning(
    'not encrypted',
    fix(DATABASE, 'append ?sslmode=verify-full', 'https://www.postgresql.org/docs/current/libpq-ssl.html'),
  );
}

/** What a server says of its own role, encoding and durability. */
export interface ServerFacts {
  isReplica: boolean;
  encoding: string;
  synchronousCommit: string;
  fsync: string;
  autovacuum: string;
}

export function verdictOfRole({ isReplica, encoding }: ServerFacts): Finding {
  if (isReplica) return failed('a read-only replica', fix(DATABASE, 'name the primary'));
  if (encoding !== 'UTF8')
    return failed(
      `the database’s encoding is ${encoding}`,
      fix(
        DATABASE,
        'create the database with encoding UTF8',
        'https://www.postgresql.org/docs/current/multibyte.html',
      ),
    );
  return ok(`the primary, encoding ${encoding}`);
}

/** An acknowledged message must survive a crash of the server: the commit waits for the disk. */
export function verdictOfDurability({ synchronousCommit, fsync, autovacuum }: ServerFacts): Finding {
  const page = 'https://www.postgresql.org/docs/current/runtime-config-wal.html';
  if (synchronousCommit === 'off')
    return failed(
      'synchronous_commit is off: a crash loses acknowledged messages',
      fix([], 'set synchronous_commit = on at the server, the database and the role', page),
    );
  if (fsync === 'off')
    return failed(
      'fsync is off: a crash may destroy the database',
      fix([], 'set fsync = on at the server', page),
    );
  if (autovacuum === 'off')
    return warning(
      'autovacuum is off: tables and indexes grow without end',
      fix([], 'set autovacuum = on', 'https://www.postgresql.org/docs/current/routine-vacuuming.html'),
    );
  return ok(`synchronous_commit ${synchronousCommit}, fsync ${fsync}`);
}

/** Judges the rights of the role on the tables of the product. */
export function verdictOfRights(missing: string[], canCreate: boolean): Finding {
  if (missing.length > 0)
    return failed(
      `the role lacks rights on ${missing.join(', ')}`,
      fix(
        DATABASE,
        'grant select, insert, update, delete, or migrate with the same role',
        'https://www.postgresql.org/docs/current/sql-grant.html',
      ),
    );
  return ok(canCreate ? 'reads, writes and migrates' : 'reads and writes; migrations need another role');
}

/** How many processes fit. */
export interface Connections {
  /** Of the server, the database and the role: the smallest limit, without reserved ones. */
  available: number;
  /** Opened by others now. */
  used: number;
  poolMax: number;
  /** Connections of a process beside DATABASE_POOL_MAX. */
  others: number;
}

/** An API and a worker during a rolling release: two of each. */
const ROLLING_PROCESSES = 4;

export function verdictOfConnections({ available, used, poolMax, others }: Connections): Finding {
  const perProcess = poolMax + others;
  const fit = Math.floor(available / perProcess);
  const fact = `${available} connections (${used} in use); a process opens up to ${perProcess}: ${fit} fit`;
  const page = 'https://www.postgresql.org/docs/current/runtime-config-connection.html';
  const remedy = fix('DATABASE_POOL_MAX', 'lower it, or raise max_connections at the server', page);
  if (fit < 1) return failed(fact, remedy);
  return fit < ROLLING_PROCESSES
    ? warning(`${fact}; a rolling release has ${ROLLING_PROCESSES}`, remedy)
    : ok(fact);
}

/** What the test of session connections saw. */
export interface SessionFacts {
  /** A second connection, in an open transaction, got the same server process as the first one. */
  sharesBackend: boolean;
  /** A notification arrived at the connection that listens. */
  isNotified: boolean;
}

export function verdictOfSessions({ sharesBackend, isNotified }: SessionFacts): Finding {
  const page = 'https://www.pgbouncer.org/features.html';
  const remedy = fix(DATABASE, 'name the server itself, or a pooler in session mode', page);
  if (sharesBackend) return failed('two connections share one session: a pooler in transaction mode', remedy);
  if (!isNotified)
    return failed('NOTIFY does not reach a connection that listens: a pooler is between', remedy);
  return ok('connections have sessions of their own, and LISTEN works');
}
