import type { ChildProcess } from 'node:child_process';
import pg from 'pg';
import type { Statement } from '../../src/platform/database/statement.js';
import { Client } from './client.js';
import type { Fleet } from './fleet.js';
import {
  backend,
  collect,
  forkProgram,
  isFleet,
  newDatabase,
  startProgram,
  TEST_ENVIRONMENT,
  useRedis,
  type ApiReady,
  type StartOptions,
  type WorkerReady,
} from './processes.js';
import { deletedWithFile, endsWithFile } from './programs.js';
import { release } from './release.js';

/** What a product runs on. */
interface Running {
  url: string;
  databaseUrl: string;
  /** Its process; of a fleet, the first one of the API. */
  child: ChildProcess;
  output: { readonly text: string };
}

/** A product that several files use in turn. */
interface SharedProcesses extends Running {
  children: ChildProcess[];
  /** Folders of theirs. */
  folders: string[];
  /** Of a fleet. */
  redisUrl?: string;
}
declare const TEST_SHARED_PRODUCTS: Map<string, SharedProcesses>;

/** A running product: a process with its own database. */
export class Product {
  constructor(
    readonly url: string,
    readonly databaseUrl: string,
    /** The product's database, for assertions about state. */
    readonly db: pg.Pool,
    readonly process: ChildProcess,
    private readonly output: { readonly text: string },
  ) {}

  /** The secret with which tests sign tokens for it ({@link newUser}). */
  jwtSecret = TEST_ENVIRONMENT.JWT_SECRET;

  /** An anonymous client. */
  get client(): Client {
    return new Client(this.url);
  }

  /** Output of the process so far. */
  get log(): string {
    return this.output.text;
  }

  /** Moves the product's clock forward (POST /sandbox/clock). */
  async advanceClock(seconds: number): Promise<void> {
    await advance(this.client, seconds);
  }

  /** Rows of one of the product's statements. */
  async run<P extends object, R extends object>(
    statement: Statement<P, R>,
    parameters: NoInfer<P>,
  ): Promise<R[]> {
    return (await this.db.query<R>(statement.bind(parameters))).rows;
  }

  /** Rows of any SQL on the product's database. */
  async rows<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
    return (await this.db.query<T>(sql, values)).rows;
  }

  /** Sends a signal and waits for the end of the process. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    return ended(this.process, signal);
  }

  /** Stops the product as an operator would; its database remains for {@link startProduct} with the same URL. */
  async close(): Promise<void> {
    await this.end('SIGTERM');
    await this.db.end();
  }
}

/**
 * Starts the API process (with its inline worker) on a random port, on the backend of this run. In a run of fleets it starts
 * one; beside a fleet, on its database, it starts one process.
 */
export async function startProduct(
  environment: Record<string, string> = {},
  options: Pick<StartOptions, 'isFresh'> = {},
): Promise<Product> {
  if (isFleet && environment['DATABASE_URL'] === undefined)
    return new FleetProduct(await startFleet(environment, endsWithFile));
  const { url, databaseUrl, child, output } = await startApi(environment, {
    onFork: endsWithFile,
    ...options,
  });
  return new Product(url, databaseUrl, openPool(databaseUrl), child, output);
}

/** Loads the code of fleets where one is asked for: most files need none, and it would be half of what each loads. */
async function startFleet(
  environment: Record<string, string>,
  onFork?: (child: ChildProcess) => unknown,
): Promise<Fleet> {
  return (await import('./fleet.js')).startFleet(environment, onFork);
}

async function startApi(environment: Record<string, string>, options?: StartOptions): Promise<Running> {
  const DATABASE_URL = environment['DATABASE_URL'] ?? (await newDatabase());
  const { child, output, message } = await startProgram<ApiReady>(
    'main',
    { ...environment, DATABASE_URL },
    options,
  );
  return { url: message.listening, databaseUrl: DATABASE_URL, child, output };
}

/** Four API processes and four workers as one product: its requests go through the load balancer. */
class FleetProduct extends Product {
  constructor(private readonly fleet: Fleet) {
    super(fleet.url, fleet.databaseUrl, openPool(fleet.databaseUrl), fleet.child, fleet.output);
    useRedis(fleet.databaseUrl, fleet.redisUrl);
    fleet.folders.forEach(deletedWithFile);
  }

  /** Moves the clock of every API process; workers have no `/sandbox` routes. */
  override async advanceClock(seconds: number): Promise<void> {
    for (const { message } of this.fleet.apis) await advance(new Client(message.listening), seconds);
  }

  /** Ends every process; the load balancer and the Cluster end with the file. */
  override async end(signal: NodeJS.Signals): Promise<number | null> {
    const { apis, workers } = this.fleet;
    const codes = await Promise.all([...apis, ...workers].map(({ child }) => ended(child, signal)));
    return codes.find((code) => code !== 0) ?? 0;
  }
}

/**
 * The worker's shared product with this environment, started for the first file that uses it. For suites with their own
 * data that assert nothing about the clock, the log, limits or the end of the process; actions that would disturb the
 * next file are refused. It ends with the Jest worker, its database with the run.
 */
export async function sharedProduct(environment: Record<string, string> = {}): Promise<Product> {
  const key = JSON.stringify([backend, isFleet, environment]);
  let shared = TEST_SHARED_PRODUCTS.get(key);
  if (shared?.children.some(({ exitCode, signalCode }) => (exitCode ?? signalCode) !== null)) {
    TEST_SHARED_PRODUCTS.delete(key);
    throw new Error(`the shared product ended in an earlier file:\n${shared.output.text.slice(-10_000)}`);
  }
  if (!shared) {
    shared = await startShared(environment);
    TEST_SHARED_PRODUCTS.set(key, shared);
    shared.children.forEach(release);
  }
  const { url, databaseUrl, child, redisUrl } = shared;
  if (redisUrl) useRedis(databaseUrl, redisUrl);
  return new SharedProduct(url, databaseUrl, openPool(databaseUrl), child, { text: '' });
}

async function startShared(environment: Record<string, string>): Promise<SharedProcesses> {
  if (isFleet && environment['DATABASE_URL'] === undefined) return startFleet(environment);
  const running = await startApi(environment);
  return { ...running, children: [running.child], folders: [] };
}

async function advance(client: Client, seconds: number): Promise<void> {
  const { status, text } = await client.post('/sandbox/clock', { advance_seconds: seconds });
  if (status !== 200) throw new Error(`the clock of ${client.url} did not move: ${text}`);
}

/** Sends a signal and waits for the end of the process. */
async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return code;
}

/** The product of {@link sharedProduct}. */
class SharedProduct extends Product {
  override get log(): never {
    throw new Error('The log of a shared product holds what other suites did: use startProduct().');
  }
  override advanceClock(): Promise<never> {
    return Promise.reject(new Error('The clock of a shared product stays: use startProduct().'));
  }
  override end(): Promise<never> {
    return Promise.reject(new Error('A shared product is not ended: use startProduct().'));
  }
  override async close(): Promise<void> {
    await this.db.end();
  }
}

/** A worker process of its own. */
export interface WorkerProcess {
  /** The address of its probes; null without WORKER_PROBE_PORT. */
  probeUrl: string | null;
  /** Everything that it has written so far. */
  readonly log: string;
  end: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Starts a worker process beside a product, on its database and queue. */
export async function startWorker(
  product: Pick<Product, 'databaseUrl'>,
  environment: Record<string, string> = {},
): Promise<WorkerProcess> {
  const { child, output, message } = await startProgram<WorkerReady>(
    'worker',
    { DATABASE_URL: product.databaseUrl, ...environment },
    { onFork: endsWithFile },
  );
  return {
    probeUrl: message.probes,
    get log() {
      return output.text;
    },
    end: (signal) => ended(child, signal),
  };
}

/** Starts a program that must end by itself: with a refused configuration, or a command. */
export async function runProgram(
  name: 'main' | 'worker',
  environment: Record<string, string>,
  preloads: string[] = [],
): Promise<{ code: number | null; output: string }> {
  const child = endsWithFile(forkProgram(name, environment, preloads));
  const output = collect(child);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, output: output.text };
}

/** Connections to a product's database. */
export function openPool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  // Tests cut connections; the next query opens another.
  pool.on('error', () => undefined);
  return pool;
}
