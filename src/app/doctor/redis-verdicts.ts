import type { RedisTarget } from '../../platform/redis/redis-url.js';
import { failed, fix, ok, warning, type Finding } from './check.js';

const URL_VARIABLE = 'REDIS_URL';
/** docs/deploy.md. */
const LEAST = [6, 2] as const;
const PERSISTENCE = 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/';

/** `INFO` of one master as names and values. */
export type Info = ReadonlyMap<string, string>;

export function parseInfo(text: string): Info {
  const pairs = text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 1 || line.startsWith('#') ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
  });
  return new Map(pairs);
}

/** The first master with the fault decides; all have to be right. */
export function verdictOfMasters(infos: Info[], judge: (info: Info) => Finding): Finding {
  const findings = infos.map(judge);
  return (
    findings.find(({ outcome }) => outcome === 'failed') ??
    findings.find(({ outcome }) => outcome === 'warning') ??
    findings[0]!
  );
}

export function verdictOfRedisError(reason: string): Finding {
  const faults: [RegExp, string, string][] = [
    [
      /WRONGPASS|invalid username-password/i,
      'user or password are refused',
      'correct both; write special characters as %XX',
    ],
    [/NOAUTH/i, 'a password is required', 'write redis://:password@host'],
    [/NOPERM/i, 'the user lacks rights', 'grant +@all on ~* &* to the user'],
    [/ECONNREFUSED/, 'nothing listens there (ECONNREFUSED)', 'start the server, or correct host and port'],
    [/ENOTFOUND/, 'its host is unknown (ENOTFOUND)', 'correct the host'],
    [
      /CERT|SSL|TLS|self.signed|altname/i,
      `TLS fails: ${reason}`,
      'use rediss://, and tls_ca for an authority of your own',
    ],
  ];
  const [, fact, text] = faults.find(([words]) => words.test(reason)) ?? [
    null,
    `no connection: ${reason}`,
    'check host, port, TLS (rediss://) and the network between',
  ];
  return failed(fact, fix(URL_VARIABLE, text, 'docs/deploy.md'));
}

export function verdictOfRedisVersion(info: Info): Finding {
  const version = info.get('redis_version') ?? '';
  const valkey = info.get('valkey_version');
  const name = valkey === undefined ? `Redis ${version}` : `Valkey ${valkey} (Redis ${version})`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
  return isEnough ? ok(name) : failed(name, fix(URL_VARIABLE, 'use Redis 6.2 or newer'));
}

/** Jobs are added again from PostgreSQL, except codes that wait to be sent. */
export function verdictOfAppendOnly(info: Info): Finding {
  if (info.get('aof_enabled') === undefined) return ok('the server does not tell');
  if (info.get('aof_enabled') === '1') return ok('appendonly yes');
  return warning(
    'appendonly no: a crash forgets jobs; the sweepers add them again, but not codes that wait to be sent',
    fix([], 'set appendonly yes at the server', PERSISTENCE),
  );
}

export function verdictOfEviction(info: Info): Finding {
  const policy = info.get('maxmemory_policy');
  if (policy === undefined) return ok('the server does not tell');
  if (policy === 'noeviction') return ok('maxmemory-policy noeviction');
  return failed(
    `maxmemory-policy ${policy}: parts of jobs vanish when the memory is full`,
    fix(
      [],
      'set maxmemory-policy noeviction at the server',
      'https://docs.bullmq.io/guide/going-to-production#max-memory-policy',
    ),
  );
}

/** At this share of `maxmemory` a burst of jobs may fill the rest before an operator acts. */
const NEARLY_FULL = 0.8;

export function verdictOfMemory(info: Info): Finding {
  const [used, most] = ['used_memory', 'maxmemory'].map((name) => Number(info.get(name) ?? 0)) as [
    number,
    number,
  ];
  const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  if (most === 0)
    return warning(
      `${mib(used)} in use, no limit: the machine may run out of memory`,
      fix(
        [],
        'set maxmemory at the server',
        'https://redis.io/docs/latest/operate/oss_and_stack/management/config/',
      ),
    );
  const fact = `${mib(used)} of ${mib(most)} in use`;
  return used < most * NEARLY_FULL
    ? ok(fact)
    : warning(fact, fix([], 'raise maxmemory, or find out which keys grow'));
}

/** Judges whether the URL names what the server is. */
export function verdictOfTopology(
  { kind, hosts }: Pick<RedisTarget, 'kind' | 'hosts'>,
  infos: Info[],
): Finding {
  if (kind !== 'cluster' && infos.some((info) => info.get('cluster_enabled') === '1'))
    return failed(
      'the server is a node of a Cluster',
      fix(URL_VARIABLE, 'append ?cluster=true', 'docs/deploy.md'),
    );
  if (infos.some((info) => info.get('role') === 'slave'))
    return failed(
      'the server is a read-only replica',
      fix(URL_VARIABLE, 'name the master, or use sentinel://'),
    );
  const alone = infos.filter((info) => info.get('connected_slaves') === '0').length;
  const page = 'https://redis.io/docs/latest/operate/oss_and_stack/management/';
  if (kind === 'cluster')
    return alone === 0
      ? ok(`a Cluster of ${infos.length} masters, each with a replica`)
      : warning(
          `${alone} of ${infos.length} masters have no replica`,
          fix([], 'add a replica to each master', page),
        );
  if (kind === 'sentinel') {
    if (hosts.length < 3)
      return warning(`${hosts.length} Sentinels are named`, fix(URL_VARIABLE, 'run and name three', page));
    return alone === 0
      ? ok(`the master of ${hosts.length} Sentinels, with a replica`)
      : warning('the master has no replica to fail over to', fix([], 'add a replica', page));
  }
  return ok('one server');
}
