import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { endsWithFile } from './programs.js';
import { freePort } from '../../src/platform/embedded-postgres/embedded-postgres.js';

/** As the documentation requires: every acknowledged write is in the log. */
export const KEEPING = { appendonly: 'yes', save: '""' };

type Settings = Record<string, string | number>;

/** Several redis-servers of one test, on loopback. */
export class RedisServers {
  readonly home = mkdtempSync(join(tmpdir(), 'chat-redis-'));
  private readonly running = new Map<number, ChildProcess>();

  /** @param onFork called with each server as soon as it starts; by default it ends with the test file */
  constructor(private readonly onFork: (child: ChildProcess) => unknown = endsWithFile) {}

  /** Starts one on a free port, in the directory of that name. */
  async start(settings: Settings = {}, ...flags: string[]): Promise<number> {
    const port = await freePort();
    const dir = join(this.home, String(port));
    mkdirSync(dir);
    const lines = Object.entries({ port, bind: '127.0.0.1', dir, ...settings });
    // A file without flags: a Sentinel stores its knowledge in it.
    const file = join(dir, 'redis.conf');
    writeFileSync(file, lines.map(([name, value]) => `${name} ${value}`).join('\n'));
    await this.run(port, [file, ...flags]);
    return port;
  }

  /** Restarts a killed server on its stored data. */
  async restart(port: number): Promise<void> {
    await this.run(port, [join(this.home, String(port), 'redis.conf')]);
  }

  private async run(port: number, words: string[]): Promise<void> {
    const server = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.onFork(server);
    this.running.set(port, server);
    await new Promise<void>((resolve, reject) => {
      server.stdout.on('data', (chunk: Buffer) => {
        // A Sentinel prints only that it is one.
        if (/Ready to accept connections|Sentinel ID is/.test(chunk.toString())) resolve();
      });
      server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
    });
  }

  async kill(port: number): Promise<void> {
    const server = this.running.get(port)!;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  }

  close(): void {
    this.running.forEach((server) => server.kill('SIGKILL'));
    rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

/** redis-cli's answer. */
export const redisCli = (...words: string[]): string =>
  execFileSync('redis-cli', words, { encoding: 'utf8' });

const MASTERS = 3;

/** A Cluster of three masters, each with a third of the slots and with this number of replicas. */
export async function startCluster(servers: RedisServers, replicas = 0): Promise<number[]> {
  const settings = {
    ...KEEPING,
    'cluster-enabled': 'yes',
    'cluster-node-timeout': 2000,
    // A test kills masters at once after another failover; by default a replica waits for up to 100 times the timeout.
    'cluster-replica-validity-factor': 0,
    'repl-diskless-sync-delay': 0,
  };
  // The cluster bus gets its own port: the usual one, 10,000 above, may not exist.
  const ports: number[] = [];
  for (let i = 0; i < MASTERS * (1 + replicas); i += 1)
    ports.push(await servers.start({ ...settings, 'cluster-port': await freePort() }));
  const nodes = ports.map((port) => `127.0.0.1:${port}`);
  redisCli('--cluster', 'create', ...nodes, '--cluster-replicas', String(replicas), '--cluster-yes');
  if (replicas > 0) {
    const synced = (port: number) =>
      redisCli('-p', String(port), 'info', 'replication').match(/state=online/g)?.length === replicas;
    await eventually(() => mastersOf(ports[0]!).every(({ port }) => synced(port)));
  }
  return ports;
}

interface ClusterMaster {
  port: number;
  /** First and last slots. */
  slots: [from: number, to: number][];
}

/** The masters that serve slots, as one node of the Cluster sees them. */
export function mastersOf(port: number): ClusterMaster[] {
  return redisCli('-p', String(port), 'cluster', 'nodes')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , flags = '']) => flags.includes('master') && !/fail/.test(flags))
    .map((fields) => ({
      port: Number(/:(\d+)@/.exec(fields[1]!)![1]),
      slots: fields.slice(8).map((range): [number, number] => {
        const [from, to = from] = range.split('-');
        return [Number(from), Number(to)];
      }),
    }))
    .filter(({ slots }) => slots.length > 0);
}

/** The port of the master that holds a key, as this node of the Cluster sees it; undefined while none does. */
export function masterOf(port: number, key: string): number | undefined {
  const slot = Number(redisCli('-p', String(port), 'cluster', 'keyslot', key));
  return mastersOf(port).find(({ slots }) => slots.some(([from, to]) => from <= slot && slot <= to))?.port;
}

/** A master `queue`, its replica, and a Sentinel whose vote alone is enough. */
export async function startSentinel(servers: RedisServers): Promise<{ master: number; sentinel: number }> {
  const master = await servers.start(KEEPING);
  const replica = await servers.start({ ...KEEPING, replicaof: `127.0.0.1 ${master}` });
  await eventually(() =>
    redisCli('-p', String(replica), 'info', 'replication').includes('master_link_status:up'),
  );
  const settings = {
    'sentinel monitor': `queue 127.0.0.1 ${master} 1`,
    'sentinel down-after-milliseconds': 'queue 1000',
    'sentinel failover-timeout': 'queue 5000',
  };
  const sentinel = await servers.start(settings, '--sentinel');
  // The Sentinel fails over in time only if it knows the replica.
  await eventually(() => /slaves=1/.test(redisCli('-p', String(sentinel), 'info', 'sentinel')));
  return { master, sentinel };
}

/** A certificate for localhost and its authority, as files of `dir`. */
export function makeCertificate(dir: string): { ca: string; cert: string; key: string } {
  const [cert, key] = [join(dir, 'server.pem'), join(dir, 'server.key')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  return { ca: cert, cert, key };
}

/** A server that accepts only TLS. */
export async function startTls(servers: RedisServers): Promise<{ port: number; ca: string }> {
  const { ca, cert, key } = makeCertificate(servers.home);
  const tlsPort = await freePort();
  await servers.start({
    ...KEEPING,
    'tls-port': tlsPort,
    'tls-cert-file': cert,
    'tls-key-file': key,
    'tls-ca-cert-file': ca,
    'tls-auth-clients': 'no',
  });
  return { port: tlsPort, ca };
}
