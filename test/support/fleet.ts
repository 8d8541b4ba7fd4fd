import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import {
  forkFile,
  newDatabase,
  programPath,
  ready,
  startProgram,
  type ApiReady,
  type ReadyProcess,
  type WorkerReady,
} from './processes.js';
import { RedisServers, startCluster } from './redis-servers.js';

/** Number of API processes, and of workers. */
const SIZE = 4;

/** Several processes as one product. */
export interface Fleet {
  /** The load balancer's address. */
  url: string;
  databaseUrl: string;
  /** That of its Cluster, unless the environment names another Redis. */
  redisUrl: string;
  apis: ReadyProcess<ApiReady>[];
  workers: ReadyProcess<WorkerReady>[];
  /** The first API process. */
  child: ChildProcess;
  /** Every process: also those of the load balancer and of Redis. */
  children: ChildProcess[];
  folders: string[];
  /** Of all API processes and workers. */
  output: { readonly text: string };
}

/**
 * Starts four API processes and four workers over PostgreSQL and a Redis Cluster of three masters, behind a load balancer
 * that sends each request, and so each reconnect, to the next API process. With `WORKER=separate` it has no workers, as a
 * product of one process would have none.
 *
 * The workers call the model's stand-in of the first API process, which gets every request to `/sandbox/llm`.
 * @param onFork called with each process as soon as it starts
 */
export async function startFleet(
  environment: Record<string, string>,
  onFork: (child: ChildProcess) => unknown = () => undefined,
): Promise<Fleet> {
  const children: ChildProcess[] = [];
  const add = (child: ChildProcess) => {
    children.push(child);
    onFork(child);
  };
  const servers = new RedisServers(add);
  const [databaseUrl, redisUrl, balancer] = await Promise.all([
    newDatabase(),
    environment['REDIS_URL'] ?? clusterOn(servers),
    startBalancer(add),
  ]);
  const common = {
    APP_URL: balancer.message.listening,
    ...environment,
    WORKER: 'separate',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
  };
  const first = await startProgram<ApiReady>('main', common, { onFork: add });
  const model = first.message.model;
  const ofWorkers = {
    ...(model !== null && { GEMINI_BASE_URL: model, GEMINI_API_KEY: SANDBOX_API_KEY }),
    ...common,
  };
  const [others, workers] = await Promise.all([
    times(SIZE - 1, () => startProgram<ApiReady>('main', common, { onFork: add })),
    times(environment['WORKER'] === 'separate' ? 0 : SIZE, () =>
      startProgram<WorkerReady>('worker', ofWorkers, { onFork: add }),
    ),
  ]);
  const apis = [first, ...others];
  const targets = apis.map(({ message }) => message.listening);
  const balances = once(balancer.child, 'message');
  balancer.child.send({ targets, pinned: { '/sandbox/llm': targets[0] } });
  await balances;
  return {
    url: balancer.message.listening,
    databaseUrl,
    redisUrl,
    apis,
    workers,
    child: first.child,
    children,
    folders: [servers.home],
    output: {
      get text() {
        return [...apis, ...workers].map(({ output }) => output.text).join('');
      },
    },
  };
}

/** Starts a Cluster and returns its address. */
async function clusterOn(servers: RedisServers): Promise<string> {
  const ports = await startCluster(servers);
  return `redis://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
}

/** A process of its own, because a shared fleet outlives the file whose module would run the balancer. */
function startBalancer(
  onFork: (child: ChildProcess) => unknown,
): Promise<ReadyProcess<Pick<ApiReady, 'listening'>>> {
  const child = forkFile(programPath('test/support/round-robin.program', false), {});
  onFork(child);
  return ready(child, 'the load balancer');
}

const times = <T>(count: number, start: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, start));
