import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Statement } from '../../src/platform/database/statement.js';
import { Client } from './client.js';
import { endsWithFile } from './programs.js';
import { admin, ADMIN_URL, DATABASE_NUMBERS, REDIS_URL, TEMPLATE } from './servers.js';

declare const TEST_BACKEND: 'postgres' | 'redis' | undefined;
declare const TEST_PROGRAMS: 'bundled' | undefined;

/** Queue backend of this run. */
export const backend = typeof TEST_BACKEND === 'undefined' ? 'postgres' : TEST_BACKEND;

/** A product that several files use in turn. */
interface SharedProcess {
  url: string;
  databaseUrl: string;
  child: ChildProcess;
  output: { text: string };
}
declare const TEST_SHARED_PRODUCTS: Map<string, SharedProcess>;

/** A running product: a process with its own database. */
export class Product {
  constructor(
    readonly url: string,
    readonly databaseUrl: string,
    /** The product's database, for assertions about state. */
    readonly db: pg.Pool,
    readonly process: ChildProcess,
    private readonly output: { text: string },
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
    const { status, text } = await this.client.post('/sandbox/clock', { advance_seconds: seconds });
    if (status !== 200) throw new Error(`the clock did not move: ${text}`);
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
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const ended = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    return ended;
  }

  /** Stops the product as an operator would; its database remains for {@link startProduct} with the same URL. */
  async close(): Promise<void> {
    await this.end('SIGTERM');
    await this.db.end();
  }
}

/** The environment of tests: limits that no test reaches by accident. */
export const TEST_ENVIRONMENT = {
  NODE_ENV: 'test',
  PORT: '0',
  JWT_SECRET: 'only-for-tests-0123456789abcdef0123456789abcdef',
  LOG_LEVEL: 'info',
  // A suite of the console asks for it: the others do not depend on its build.
  CONSOLE: 'off',
  // The suite of titles asks for them: the others count calls of the model.
  AUTO_TITLE: 'off',
  RATE_LIMIT_PER_MINUTE: '100000',
  PRO_RATE_LIMIT_PER_MINUTE: '100000',
  // The defaults of other addresses: a product on loopback has no limits unless they are set.
  OTP_SENDS_PER_NUMBER_PER_HOUR: '5',
  OTP_SENDS_PER_NUMBER_PER_DAY: '10',
  OTP_SENDS_PER_IP_PER_HOUR: '100000',
  OTP_SENDS_PER_PREFIX_PER_HOUR: '100000',
  OTP_SENDS_PER_DAY: '1000000',
};

/** The environment of a developer who has set no request limits. */
export const NO_LIMITS_SET = Object.fromEntries(
  Object.keys(TEST_ENVIRONMENT)
    .filter((name) => /RATE_LIMIT|OTP_SENDS/.test(name))
    .map((name) => [name, '']),
);

/** Makes an empty, migrated database and returns its URL. */
export async function newDatabase(): Promise<string> {
  const url = new URL(process.env[ADMIN_URL]!);
  const [row] = await admin<{ number: number }>(
    url.href,
    `select nextval('${DATABASE_NUMBERS}')::int as number`,
  );
  const name = `t_${row!.number}_${randomBytes(3).toString('hex')}`;
  // Copying files takes a third of the time of the default, which copies pages through the WAL.
  await admin(url.href, `create database ${name} template ${TEMPLATE} strategy file_copy`);
  url.pathname = `/${name}`;
  return url.href;
}

/** Starts the API process (with its inline worker) on a random port, on the backend of this run. */
export async function startProduct(environment: Record<string, string> = {}): Promise<Product> {
  const { url, databaseUrl, child, output } = await startProcess(environment, endsWithFile);
  return new Product(url, databaseUrl, openPool(databaseUrl), child, output);
}

async function startProcess(
  environment: Record<string, string>,
  onFork?: (child: ChildProcess) => unknown,
): Promise<SharedProcess> {
  const databaseUrl = environment['DATABASE_URL'] ?? (await newDatabase());
  const child = forkProgram('main', {
    ...TEST_ENVIRONMENT,
    DATABASE_URL: databaseUrl,
    ...(backend === 'redis' && { REDIS_URL: redisUrl(databaseUrl) }),
    ...environment,
  });
  onFork?.(child);
  const output = collect(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { listening: string }) => resolve(message.listening));
    child.once('exit', (code) =>
      reject(new Error(`the product ended with ${code} before it listened:\n${output.text}`)),
    );
  });
  return { url, databaseUrl, child, output };
}

/**
 * The worker's shared product with this environment, started for the first file that uses it. For suites with their own
 * data that assert nothing about the clock, the log, limits or the end of the process; actions that would disturb the
 * next file are refused. It ends with the Jest worker, its database with the run.
 */
export async function sharedProduct(environment: Record<string, string> = {}): Promise<Product> {
  const key = JSON.stringify([backend, environment]);
  let shared = TEST_SHARED_PRODUCTS.get(key);
  if (shared && (shared.child.exitCode ?? shared.child.signalCode) !== null) {
    TEST_SHARED_PRODUCTS.delete(key);
    throw new Error(`the shared product ended in an earlier file:\n${shared.output.text.slice(-10_000)}`);
  }
  if (!shared) {
    shared = await startProcess(environment);
    TEST_SHARED_PRODUCTS.set(key, shared);
    // Otherwise Jest would wait for a worker with an open handle.
    shared.child.unref();
    shared.child.channel?.unref();
    for (const stream of [shared.child.stdout, shared.child.stderr]) (stream as Socket).unref();
  }
  return new SharedProduct(shared.url, shared.databaseUrl, openPool(shared.databaseUrl), shared.child, {
    text: '',
  });
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
  const { databaseUrl } = product;
  const child = endsWithFile(
    forkProgram('worker', {
      ...TEST_ENVIRONMENT,
      DATABASE_URL: databaseUrl,
      ...(backend === 'redis' && { REDIS_URL: redisUrl(databaseUrl) }),
      ...environment,
    }),
  );
  const output = collect(child);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const probeUrl = await new Promise<string | null>((resolve, reject) => {
    child.once('message', ({ probes }: { probes: string | null }) => resolve(probes));
    void exit.then((code) => reject(new Error(`the worker ended with ${code}:\n${output.text}`)));
  });
  return {
    probeUrl,
    get log() {
      return output.text;
    },
    end: (signal) => {
      child.kill(signal);
      return exit;
    },
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

/** The bundled programs, as in `npm start`; for chaos and the fuzzer the compiled files, which they edit. */
const bundled = typeof TEST_PROGRAMS !== 'undefined';

/** The path of a compiled program of ours: `src/main`, `scripts/import`. */
export const programPath = (name: string, inBundle = bundled): string =>
  fileURLToPath(new URL(`../../dist/${inBundle ? 'bundle/' : ''}${name}.js`, import.meta.url));

function forkProgram(
  name: 'main' | 'worker',
  environment: Record<string, string>,
  preloads: string[] = [],
): ChildProcess {
  // A hook into the loading of modules needs the separate files.
  return forkFile(programPath(`src/${name}`, bundled && !environment['NODE_OPTIONS']), environment, preloads);
}

/** Starts a compiled file as a process that ends with this one. */
export function forkFile(
  path: string,
  environment: Record<string, string>,
  preloads: string[] = [],
): ChildProcess {
  const child = fork(path, [], {
    // Passes nothing of the machine's environment except the paths of programs.
    env: { PATH: process.env.PATH, ...environment },
    execArgv: [END_WITH_PARENT, PRELOAD, ...preloads].flatMap((file) => ['--import', file]),
    silent: true,
  });
  return child;
}

/** Preloaded as in `npm start`: source maps of the product's own files, and V8's compiled code where Node stores it. */
const PRELOAD = new URL('../../dist/src/preload.js', import.meta.url).href;

/** Jest kills a hanging worker with SIGKILL; its programs then end by themselves. */
const END_WITH_PARENT = new URL('end-with-parent.js', import.meta.url).href;

function collect(child: ChildProcess): { text: string } {
  const output = { text: '' };
  const append = (chunk: Buffer) => {
    output.text += chunk.toString();
  };
  child.stdout?.on('data', append);
  child.stderr?.on('data', append);
  child.once('exit', () => printInternalErrors(output.text));
  return output;
}

/** Shows the log lines of every 500, with their stacks: the test that got one may show only its status. */
function printInternalErrors(log: string): void {
  for (const line of log.split('\n'))
    if (line.includes('"error.type":"internal_error"'))
      process.stderr.write(`A product answered 500: ${line}\n`);
}

/** Databases of the run's Redis: as many as {@link servers} configures. */
const REDIS_DATABASES = 10_000;

/**
 * Products that share a PostgreSQL database share a Redis database; others use different ones, so that no worker takes
 * another product's job. The number is part of the name (`t_12_…`); a database with another name has 0 to itself.
 */
export function redisUrl(databaseUrl: string): string {
  const [, number = '0'] = /\/t_(\d+)_/.exec(databaseUrl) ?? [];
  if (Number(number) >= REDIS_DATABASES) throw new Error(`${databaseUrl} needs more Redis databases`);
  return `${process.env[REDIS_URL]}/${number}`;
}

export function openPool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  // Tests cut connections; the next query opens another.
  pool.on('error', () => undefined);
  return pool;
}
