import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { migrate } from '../src/platform/database/migrate.js';
import { TEST_ENVIRONMENT } from '../test/support/product.js';
import { firstAnswer } from './lab/first-answer.js';
import { findScript, treeMegabytes } from './lab/memory.js';
import { npmStart } from './lab/npm-start.js';
import { startProgram, startWorker } from './lab/program.js';

/** How long the product is left alone before its memory is looked at. */
const IDLE_MS = 5_000;

/** Seconds and megabytes; null where the machine cannot tell (memory is read from Linux's /proc). */
export interface StartUp {
  firstSeconds: number;
  againSeconds: number;
  /** `npm start`: the API with its worker inside, and PostgreSQL. */
  embeddedMegabytes: number | null;
  /** The API, a worker and PostgreSQL, each in processes of its own. */
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
  const embeddedMegabytes = onLinux(() => treeMegabytes([findScript([first.pid], 'dist/src/main.js')]));
  await first.stop();
  const again = await npmStart(join(dir, 'embedded'));
  await again.stop();
  return {
    firstSeconds: first.seconds,
    againSeconds: again.seconds,
    embeddedMegabytes,
    separateMegabytes: await separateMegabytes(dir),
  };
}

async function separateMegabytes(dir: string): Promise<number | null> {
  const postgres = await startEmbeddedPostgres(join(dir, 'separate'));
  await migrate(postgres.url);
  const env = { ...TEST_ENVIRONMENT, DATABASE_URL: postgres.url, WORKER: 'separate' };
  const api = await startProgram({ script: 'src/main.js', env, dir, name: 'api' });
  const worker = startWorker({ script: 'src/worker.js', env, dir, name: 'worker' });
  await firstAnswer(api.url);
  await idle();
  const megabytes = onLinux(() => treeMegabytes([api.pid, worker.pid, postmasterPid(join(dir, 'separate'))]));
  await worker.stop();
  await api.stop();
  await postgres.stop();
  return megabytes;
}

/** The first line of the file that PostgreSQL keeps about itself. */
const postmasterPid = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);

const onLinux = <T>(measure: () => T): T | null => (process.platform === 'linux' ? measure() : null);

const idle = () => new Promise((resolve) => setTimeout(resolve, IDLE_MS));
