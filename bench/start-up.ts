import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { migrate } from '../src/platform/database/migrate.js';
import { TEST_ENVIRONMENT } from '../test/support/processes.js';
import { firstAnswer } from './lab/first-answer.js';
import { findScript, treeMegabytes } from './lab/memory.js';
import { npmStart } from './lab/npm-start.js';
import { processorMicroseconds } from './lab/processor.js';
import { PRODUCTION } from './lab/product.js';
import { startProgram, startWorker, type ProgramOptions } from './lab/program.js';
import { median } from './lab/stats.js';

/** Idle time of the product before its memory is measured. */
const IDLE_MS = 5_000;
/** Compared starts of each program; one start varies by a tenth. */
const START_ROUNDS = 5;

/** Seconds and megabytes; null if the machine cannot report them (memory is read from Linux's /proc). */
export interface StartUp {
  firstSeconds: number;
  againSeconds: number;
  /** Processor time of a production API from its start until it listens. */
  apiMilliseconds: number | null;
  /** The same for a minimal Nest application. */
  helloMilliseconds: number | null;
  /** `npm start`: the API with its inline worker, and PostgreSQL. */
  embeddedMegabytes: number | null;
  /** The API, a worker and PostgreSQL, each in its own process. */
  separateMegabytes: number | null;
}

export async function measureStartUp(): Promise<StartUp> {
  const dir = mkdtempSync(join(tmpdir(), 'chat-bench-start-'));
  chmodSync(dir, 0o755);
  process.once('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  const first = await npmStart(join(dir, 'embedded'));
  await firstAnswer(first.url);
  await idle();
  // Without npm and its shell, which only wait.
  const embeddedMegabytes = onLinux(() =>
    treeMegabytes([findScript([first.pid], 'dist/bundle/src/main.js')]),
  );
  await first.stop();
  const again = await npmStart(join(dir, 'embedded'));
  await again.stop();
  return {
    firstSeconds: first.seconds,
    againSeconds: again.seconds,
    embeddedMegabytes,
    ...(await onOnePostgres(dir)),
  };
}

type OnOnePostgres = Pick<StartUp, 'apiMilliseconds' | 'helloMilliseconds' | 'separateMegabytes'>;

async function onOnePostgres(dir: string): Promise<OnOnePostgres> {
  const postgres = await startEmbeddedPostgres(join(dir, 'separate'));
  await migrate(postgres.url);
  const env = { ...PRODUCTION, DATABASE_URL: postgres.url };
  const api = { script: 'bundle/src/main.js', env, dir, name: 'api-start' };
  const hello = { script: 'bench/bare/hello.js', env: {}, dir, name: 'hello-start' };
  const starts: [api: number | null, hello: number | null][] = [];
  for (let round = 0; round < START_ROUNDS; round += 1)
    starts.push([await startMilliseconds(api), await startMilliseconds(hello)]);
  const middle = (at: 0 | 1) => onLinux(() => median(starts.map((pair) => pair[at]!)));
  const separate = await separateMegabytes(dir, postgres.url);
  await postgres.stop();
  return { apiMilliseconds: middle(0), helloMilliseconds: middle(1), separateMegabytes: separate };
}

/** Processor time until a program reports that it listens; null if the machine cannot report it. */
async function startMilliseconds(options: ProgramOptions): Promise<number | null> {
  const program = await startProgram(options);
  const microseconds = processorMicroseconds(program.pid);
  await program.stop();
  return microseconds === null ? null : microseconds / 1000;
}

async function separateMegabytes(dir: string, databaseUrl: string): Promise<number | null> {
  // Sweeps as often as in production.
  const env = {
    ...TEST_ENVIRONMENT,
    SWEEP_INTERVAL_FACTOR: '1',
    DATABASE_URL: databaseUrl,
    WORKER: 'separate',
  };
  const api = await startProgram({ script: 'bundle/src/main.js', env, dir, name: 'api' });
  const worker = startWorker({ script: 'bundle/src/worker.js', env, dir, name: 'worker' });
  await firstAnswer(api.url);
  await idle();
  const megabytes = onLinux(() => treeMegabytes([api.pid, worker.pid, postmasterPid(join(dir, 'separate'))]));
  await worker.stop();
  await api.stop();
  return megabytes;
}

/** The first line of PostgreSQL's own pid file. */
const postmasterPid = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);

const onLinux = <T>(measure: () => T): T | null => (process.platform === 'linux' ? measure() : null);

const idle = () => new Promise((resolve) => setTimeout(resolve, IDLE_MS));
