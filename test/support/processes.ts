import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { admin, ADMIN_URL, DATABASE_NUMBERS, REDIS_URL, TEMPLATE } from './servers.js';

declare const TEST_BACKEND: 'postgres' | 'redis' | undefined;
declare const TEST_PROGRAMS: 'bundled' | undefined;
declare const TEST_FLEET: true | undefined;
declare const TEST_START_WARM: (path: string, environment: NodeJS.ProcessEnv) => ChildProcess;

/** Queue backend of this run. */
export const backend = typeof TEST_BACKEND === 'undefined' ? 'postgres' : TEST_BACKEND;

/** Whether a product of this run is a fleet of processes (fleet.ts). */
export const isFleet = typeof TEST_FLEET !== 'undefined';

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
  // A test that waits for a sweep waits a second, not five.
  SWEEP_INTERVAL_FACTOR: '0.2',
  RATE_LIMIT_PER_MINUTE: '100000',
  PRO_RATE_LIMIT_PER_MINUTE: '100000',
  // Set, so that sends count: a product on loopback has no limits unless they are set.
  OTP_SENDS_PER_NUMBER_PER_HOUR: '30',
  OTP_SENDS_PER_NUMBER_PER_DAY: '60',
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

/** A process that has told its parent that it is ready. */
export interface ReadyProcess<Message> {
  child: ChildProcess;
  /** Everything that it has written so far. */
  output: { readonly text: string };
  message: Message;
}

/** What the API process tells its parent. */
export interface ApiReady {
  listening: string;
  /** Address of the model's stand-in; null with a real model. */
  model: string | null;
}

/** What a worker tells its parent. */
export interface WorkerReady {
  probes: string | null;
}

export interface StartOptions {
  /** Called with the process as soon as it starts. */
  onFork?: (child: ChildProcess) => unknown;
  /**
   * In a process that has run nothing before. For tests of what a process does at its very end, or of its memory; the others
   * use one that is warm (warm-programs.js).
   */
  isFresh?: boolean;
}

/** Node reads its options once, and metrics and spans are kept by the process: they start from nothing with it. */
const NEEDS_FRESH_PROCESS = ['NODE_OPTIONS', 'METRICS_TOKEN', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

/**
 * Starts an API process or a worker on the backend of this run, and waits until it is ready.
 * @throws Error with its output, when it ends before
 */
export async function startProgram<Message extends ApiReady | WorkerReady>(
  name: 'main' | 'worker',
  environment: Record<string, string> & { DATABASE_URL: string },
  { onFork, isFresh = false }: StartOptions = {},
): Promise<ReadyProcess<Message>> {
  const complete = {
    ...TEST_ENVIRONMENT,
    ...(backend === 'redis' && { REDIS_URL: redisUrl(environment.DATABASE_URL) }),
    ...environment,
  };
  const child =
    isFresh || NEEDS_FRESH_PROCESS.some((variable) => environment[variable])
      ? forkProgram(name, complete)
      : startWarm(name, complete);
  onFork?.(child);
  return ready<Message>(child, name);
}

/**
 * Waits for the first message of a process, by which it says that it is ready.
 * @throws Error with its output, when it ends before
 */
export async function ready<Message>(child: ChildProcess, name: string): Promise<ReadyProcess<Message>> {
  const output = collect(child);
  const message = await new Promise<Message>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) =>
      reject(new Error(`${name} ended with ${code} before it was ready:\n${output.text}`)),
    );
  });
  return { child, output, message };
}

/** The bundled programs, as in `npm start`; for chaos and the fuzzer the compiled files, which they edit. */
const bundled = typeof TEST_PROGRAMS !== 'undefined';

/** The path of a compiled program of ours: `src/main`, `scripts/import`. */
export const programPath = (name: string, inBundle = bundled): string =>
  fileURLToPath(new URL(`../../dist/${inBundle ? 'bundle/' : ''}${name}.js`, import.meta.url));

/** Starts an API process or a worker without waiting for it, with this environment and nothing else. */
export function forkProgram(
  name: 'main' | 'worker',
  environment: Record<string, string>,
  preloads: string[] = [],
): ChildProcess {
  // A hook into the loading of modules needs the separate files.
  return forkFile(programPath(`src/${name}`, bundled && !environment['NODE_OPTIONS']), environment, preloads);
}

/** Starts the same in a process that has run another program before (warm-programs.js). */
const startWarm = (name: 'main' | 'worker', environment: Record<string, string>): ChildProcess =>
  TEST_START_WARM(programPath(`src/${name}`), { PATH: process.env.PATH, ...environment });

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

/** Collects what a process writes. */
export function collect(child: ChildProcess): { text: string } {
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

/** Redis of fleets, and of products with their own, that this file knows, by database. */
const ownRedisUrls = new Map<string, string>();

/** Lets {@link redisUrl} know the Redis of a fleet or of a product with its own. */
export function useRedis(databaseUrl: string, url: string): void {
  ownRedisUrls.set(databaseUrl, url);
}

/** Databases of the run's Redis: as many as {@link servers} configures. */
const REDIS_DATABASES = 10_000;

/**
 * Products that share a PostgreSQL database share a Redis database; others use different ones, so that no worker takes
 * another product's job. The number is part of the name (`t_12_…`); a database with another name has 0 to itself. A fleet
 * has a Redis Cluster of its own, because a Cluster has one database.
 */
export function redisUrl(databaseUrl: string): string {
  const own = ownRedisUrls.get(databaseUrl);
  if (own) return own;
  const [, number = '0'] = /\/t_(\d+)_/.exec(databaseUrl) ?? [];
  if (Number(number) >= REDIS_DATABASES) throw new Error(`${databaseUrl} needs more Redis databases`);
  return `${process.env[REDIS_URL]}/${number}`;
}
