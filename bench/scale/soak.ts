import { SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { setTimeout as pause } from 'node:timers/promises';
import { rows, type Lab } from '../lab/lab.js';
import { addPeople } from '../lab/people.js';
import { backingEnv, PRODUCTION, startProduct } from '../lab/product.js';
import { startProgram, startWorker, type Program } from '../lab/program.js';
import { answerPlan } from '../answers/plan.js';
import { load } from '../load/load.js';
import type { SoakFigures, SoakSample } from './figures.js';
import { descriptorsOf } from './idle.js';

/** Few, so that the machine is not busy and every minute is the same. */
const CONNECTIONS = 4;
const PEOPLE = 32;
/** More than four connections get answered in a minute. */
const ROOMS_A_MINUTE = 12_000;
const FLAGS = ['--expose-gc', '--import', new URL('../lab/collects-garbage.js', import.meta.url).href];
/** Connections that the load has closed are noticed, and pools are back to what they keep. */
const SETTLE_MS = 15_000;

type Measured = Pick<Program, 'pid' | 'child'>;

/** Answers for so many minutes; each minute the heap after a collection, the descriptors and the database connections. */
export async function measureSoak(lab: Lab, minutes: number): Promise<SoakFigures | null> {
  if (process.platform !== 'linux') return null;
  const databaseUrl = await lab.newDatabase();
  const people = await addPeople(databaseUrl, PEOPLE, Math.ceil(ROOMS_A_MINUTE / PEOPLE));
  await rows(databaseUrl, 'vacuum analyze');
  const model = await startProgram({
    script: 'bench/streams/model.program.js',
    env: {},
    dir: lab.dir,
    name: 'model',
  });
  const backing = { databaseUrl, redisUrl: lab.redis?.url(11) ?? null };
  const env = { ...PRODUCTION, ...backingEnv(backing) };
  const worker = startWorker({
    script: 'bundle/src/worker.js',
    env: { ...env, GEMINI_BASE_URL: model.url, GEMINI_API_KEY: SANDBOX_API_KEY },
    dir: lab.dir,
    name: 'worker',
    nodeFlags: FLAGS,
  });
  const api = await startProduct(lab, backing, { nodeFlags: FLAGS });
  const samples: SoakFigures['samples'] = { api: [], worker: [] };
  const look = async (minute: number) => {
    samples.api.push(await sample(api, minute, databaseUrl, 'api'));
    samples.worker.push(await sample(worker, minute, databaseUrl, 'worker'));
  };
  const answer = (run: string, seconds: number) =>
    load({
      ...answerPlan(api.url, people, run, { warmUpSeconds: 1, seconds }),
      connections: CONNECTIONS,
    });
  // The first answers compile code and open pools, which is not growth.
  await answer('first', 5);
  await pause(SETTLE_MS);
  await look(0);
  const found = { answers: 0, failures: 0 };
  for (let minute = 1; minute <= minutes; minute += 1) {
    const { requests, failures } = await answer(`minute-${minute}`, 58);
    found.answers += requests;
    found.failures += failures;
    await look(minute);
  }
  await pause(SETTLE_MS);
  await look(minutes);
  for (const program of [api, worker, model]) await program.stop();
  return { minutes, ...found, samples };
}

async function sample(
  { pid, child }: Measured,
  minute: number,
  databaseUrl: string,
  kind: 'api' | 'worker',
): Promise<SoakSample> {
  const heap = new Promise<number>((resolve) => {
    const listen = (message: { heapBytes?: number }) => {
      if (message.heapBytes === undefined) return;
      child.off('message', listen);
      resolve(message.heapBytes);
    };
    child.on('message', listen);
  });
  process.kill(pid, 'SIGUSR2');
  const heapMegabytes = (await heap) / 2 ** 20;
  const [row] = await rows<{ connections: number }>(
    databaseUrl,
    `select count(*)::int as connections from pg_stat_activity
     where datname = current_database() and application_name like '%' || $1 || '%'`,
    [kind],
  );
  return { minute, heapMegabytes, descriptors: descriptorsOf(pid), connections: row!.connections };
}
