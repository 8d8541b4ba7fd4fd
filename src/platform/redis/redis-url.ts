import { accessSync, constants } from 'node:fs';

export interface RedisHost {
  host: string;
  port: number;
}

/** Files and rules of a TLS connection. */
export interface RedisTls {
  /** PEM files: the certificate authority of the server, and a client certificate with its key. */
  ca?: string;
  cert?: string;
  key?: string;
  /** The name that the server's certificate must carry, where it is not the host's. */
  servername?: string;
  /** False accepts any certificate: encrypted, but without proof of the server's identity. */
  verify: boolean;
}

/** A parsed REDIS_URL. */
export interface RedisTarget {
  /** `single`: one server. `cluster`: the hosts are the first nodes to ask. `sentinel`: the hosts are Sentinels. */
  kind: 'single' | 'cluster' | 'sentinel';
  hosts: RedisHost[];
  username?: string;
  password?: string;
  db: number;
  tls: RedisTls | null;
  /** Only with Sentinel: the name of the master, and the Sentinels' own credentials. */
  sentinel?: { master: string; username?: string; password?: string };
}

/** Thrown for an unusable REDIS_URL. The message says what to write instead, and never repeats a part of the URL. */
export class RedisUrlError extends Error {}

const FORMS = 'redis://host:6379, rediss://host:6379, redis://host:6379,host:6379 or sentinel://host:26379';
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;
/** The name of a master in Sentinel's documentation and default configuration. */
const DEFAULT_MASTER = 'mymaster';

/** Schemes that other products use, with the equivalent here. */
const OTHER_SCHEMES: Record<string, string> = {
  'redis-sentinel': 'write sentinel://',
  'redis+sentinel': 'write sentinel://',
  'rediss-sentinel': 'write sentinel://…?tls=true',
  'rediss+sentinel': 'write sentinel://…?tls=true',
  sentinels: 'write sentinel://…?tls=true',
  'redis-cluster': 'write redis://host:6379,host:6379',
  'redis+cluster': 'write redis://host:6379,host:6379',
  'rediss-cluster': 'write rediss://host:6379,host:6379',
  'rediss+cluster': 'write rediss://host:6379,host:6379',
  'redis+tls': 'write rediss://',
  'redis+ssl': 'write rediss://',
  valkey: 'write redis://',
  valkeys: 'write rediss://',
  unix: 'a socket file cannot be used: write redis://host:6379',
  'redis+unix': 'a socket file cannot be used: write redis://host:6379',
  'redis-socket': 'a socket file cannot be used: write redis://host:6379',
};

const TLS_OPTIONS = ['tls_ca', 'tls_cert', 'tls_key', 'tls_servername', 'tls_verify'];
const SENTINEL_OPTIONS = ['master', 'sentinel_username', 'sentinel_password', 'tls'];

type Options = Map<string, string>;

/**
 * Parses a REDIS_URL: `redis[s]://[user[:password]@]host[:port][,host[:port]…][/db][?options]`, or the same with `sentinel://`.
 * It does not use the WHATWG parser, which accepts one host only.
 * @throws RedisUrlError
 */
export function parseRedisUrl(text: string): RedisTarget {
  const { scheme, authority, path, query } = split(text);
  const at = authority.lastIndexOf('@');
  const credentials = credentialsIn(authority.slice(0, Math.max(at, 0)));
  const options = optionsIn(query);
  const hosts = hostsIn(authority.slice(at + 1), scheme === 'sentinel' ? SENTINEL_PORT : REDIS_PORT);
  const db = databaseIn(path);
  if (scheme === 'sentinel') return sentinelTarget({ hosts, ...credentials, db }, options);

  known(options, ['cluster', ...TLS_OPTIONS]);
  const cluster = flag(options, 'cluster');
  if (cluster === false && hosts.length > 1)
    throw new RedisUrlError('several hosts are a Cluster: remove cluster=false, or name one host');
  const kind = cluster === true || hosts.length > 1 ? 'cluster' : 'single';
  if (kind === 'cluster' && db !== 0)
    throw new RedisUrlError('a Cluster has database 0 only: remove the number after the /');
  return { kind, hosts, ...credentials, db, tls: tlsIn(options, scheme === 'rediss', 'rediss://') };
}

/** The reason why a REDIS_URL is refused, with what to write instead; null for a usable one. Also checks its files. */
export function refusalOfRedisUrl(text: string): string | null {
  try {
    const { tls } = parseRedisUrl(text);
    for (const name of ['ca', 'cert', 'key'] as const) {
      const path = tls?.[name];
      if (path !== undefined && !isReadable(path)) return `the file that tls_${name} names cannot be read`;
    }
    return null;
  } catch (error) {
    if (error instanceof RedisUrlError) return error.message;
    throw error;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The target for logs and the banner, without credentials. */
export function describeRedis({ kind, tls }: RedisTarget): string {
  const name = { single: 'Redis', cluster: 'Redis Cluster', sentinel: 'Redis through Sentinel' }[kind];
  return tls ? `${name} with TLS` : name;
}

function sentinelTarget(
  base: Pick<RedisTarget, 'hosts' | 'username' | 'password' | 'db'>,
  options: Options,
): RedisTarget {
  known(options, [...SENTINEL_OPTIONS, ...TLS_OPTIONS]);
  const username = options.get('sentinel_username');
  const password = options.get('sentinel_password');
  return {
    kind: 'sentinel',
    ...base,
    tls: tlsIn(options, flag(options, 'tls') ?? false, 'tls=true'),
    sentinel: {
      master: options.get('master') ?? DEFAULT_MASTER,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    },
  };
}

function split(text: string): { scheme: string; authority: string; path: string; query: string } {
  const schemeEnd = text.indexOf('://');
  if (schemeEnd < 0) throw new RedisUrlError(`has no scheme: write ${FORMS}`);
  const scheme = text.slice(0, schemeEnd).toLowerCase();
  const other = OTHER_SCHEMES[scheme];
  if (other !== undefined) throw new RedisUrlError(other);
  if (!['redis', 'rediss', 'sentinel'].includes(scheme))
    throw new RedisUrlError(`does not have a scheme of Redis: write ${FORMS}`);
  if (text.includes('#'))
    throw new RedisUrlError('contains a #: write %23 if it belongs to the user name or the password');
  const [address = '', ...queries] = text.slice(schemeEnd + 3).split('?');
  if (queries.length > 1)
    throw new RedisUrlError(
      'contains two ?: write %3F for the one that belongs to the user name or the password',
    );
  const slash = address.indexOf('/');
  return {
    scheme,
    authority: slash < 0 ? address : address.slice(0, slash),
    path: slash < 0 ? '' : address.slice(slash + 1),
    query: queries[0] ?? '',
  };
}

function credentialsIn(text: string): Pick<RedisTarget, 'username' | 'password'> {
  const colon = text.indexOf(':');
  const username = decoded(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? '' : decoded(text.slice(colon + 1));
  return { ...(username && { username }), ...(password && { password }) };
}

function hostsIn(text: string, defaultPort: number): RedisHost[] {
  return text.split(',').map((item) => {
    // An IPv6 address is in brackets, because it has colons of its own.
    const end = item.startsWith('[')
      ? item.indexOf(']') + 1
      : item.includes(':')
        ? item.indexOf(':')
        : item.length;
    const host = item.slice(0, end).replace(/^\[|\]$/g, '');
    const rest = item.slice(end);
    const port = rest === '' ? defaultPort : Number(rest.slice(1));
    if (host === '' || /[\s%\][]/.test(host)) throw new RedisUrlError(HOST_HELP);
    if (rest !== '' && !/^:\d{1,5}$/.test(rest)) throw new RedisUrlError(HOST_HELP);
    if (port < 1 || port > 65_535) throw new RedisUrlError('has a port that is not between 1 and 65535');
    return { host, port };
  });
}

const HOST_HELP =
  'has an invalid host: write host:port, [address]:port for IPv6, commas between several; in the user name and the password write / as %2F, : as %3A, ? as %3F';

function databaseIn(path: string): number {
  if (path === '') return 0;
  if (!/^\d{1,5}$/.test(path))
    throw new RedisUrlError('has something else than the number of a database after the /: write /0');
  return Number(path);
}

function optionsIn(query: string): Options {
  const options: Options = new Map();
  for (const pair of query === '' ? [] : query.split('&')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    if (options.has(name)) throw new RedisUrlError('names an option twice');
    options.set(name, equals < 0 ? '' : decoded(pair.slice(equals + 1)));
  }
  return options;
}

/**
 * An unknown option would be ignored silently, so it is refused. Its name is not repeated, since it may be a part of a
 * password.
 */
function known(options: Options, names: string[]): void {
  if ([...options.keys()].some((name) => !names.includes(name)))
    throw new RedisUrlError(`has an unknown option; known are ${names.join(', ')}`);
  for (const [name, value] of options)
    if (value === '') throw new RedisUrlError(`the option ${name} is empty`);
}

function flag(options: Options, name: string): boolean | undefined {
  const value = options.get(name);
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw new RedisUrlError(`write ${name}=true or ${name}=false`);
  return value === 'true';
}

function tlsIn(options: Options, isOn: boolean, how: string): RedisTls | null {
  if (!isOn) {
    const named = TLS_OPTIONS.find((name) => options.has(name));
    if (named !== undefined) throw new RedisUrlError(`${named} is an option of TLS: add ${how}`);
    return null;
  }
  const [ca, cert, key, servername, verify] = TLS_OPTIONS.map((name) => options.get(name));
  if ((cert === undefined) !== (key === undefined))
    throw new RedisUrlError('tls_cert and tls_key go together: name both files, or neither');
  if (verify !== undefined && verify !== 'off')
    throw new RedisUrlError(
      'tls_verify has only the value off; without tls_verify certificates are verified',
    );
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(servername !== undefined && { servername }),
    verify: verify === undefined,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('has a % that does not begin an escape: write %25');
  }
}
