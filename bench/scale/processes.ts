import { SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { addPeople, type Person } from '../lab/people.js';
import { rows, type Lab } from '../lab/lab.js';
import { processorMicroseconds, treeMicroseconds } from '../lab/processor.js';
import { backingEnv, PRODUCTION, startProduct } from '../lab/product.js';
import { startProgram, startWorker, type Program } from '../lab/program.js';
import { answerPlan, ANSWER_CONNECTIONS } from '../answers/plan.js';
import type { Consumption } from '../answers/figures.js';
import { load } from '../load/load.js';
import type { ProcessFigures } from './figures.js';

/**
 * API processes and workers of each deployment that is measured, and the connections over which it is asked. A quarter of them:
 * the load of a process that shares the work with three others, without those.
 */
const DEPLOYMENTS = [
  [1, 1, ANSWER_CONNECTIONS],
  [1, 1, ANSWER_CONNECTIONS / 4],
  [2, 1, ANSWER_CONNECTIONS],
  [4, 1, ANSWER_CONNECTIONS],
  [1, 2, ANSWER_CONNECTIONS],
  [1, 4, ANSWER_CONNECTIONS],
  [4, 4, ANSWER_CONNECTIONS],
] as const;
/** Four loads take a quarter of them each, so that no two share a user. */
const PEOPLE = 64;
/** More than any deployment answers in one run. */
const ROOMS_EACH = 150;
const TIMES = { warmUpSeconds: 1, seconds: 8 };
/** Uncounted: all processes start and open their pools, and V8 compiles what is hot, in four workers as in one. */
const FIRST_TIMES = { warmUpSeconds: 1, seconds: 14 };

/**
 * Measures answers with more and more processes, on Redis where it is installed. All of them share the machine, so what
 * counts is the processor time of one answer: it shows what another process adds by itself.
 */
export async function measureProcesses(lab: Lab): Promise<ProcessFigures[]> {
  const template = await lab.newDatabase();
  const people = await addPeople(template, PEOPLE, ROOMS_EACH);
  await rows(template, 'vacuum analyze');
  const model = await startProgram({
    script: 'bench/streams/model.program.js',
    env: {},
    dir: lab.dir,
    name: 'model',
  });
  const found: ProcessFigures[] = [];
  for (const [nth, [apis, workers, connections]] of DEPLOYMENTS.entries())
    found.push(
      await measure(lab, { nth, apis, workers, connections, template, people, modelUrl: model.url }),
    );
  await model.stop();
  return found;
}

interface Plan {
  nth: number;
  apis: number;
  workers: number;
  connections: number;
  template: string;
  people: Person[];
  modelUrl: string;
}

async function measure(lab: Lab, plan: Plan): Promise<ProcessFigures> {
  const { apis, workers, connections, people } = plan;
  const backing = {
    databaseUrl: await lab.newDatabase(plan.template),
    redisUrl: lab.redis?.url(plan.nth) ?? null,
  };
  const model = { GEMINI_BASE_URL: plan.modelUrl, GEMINI_API_KEY: SANDBOX_API_KEY };
  const working = Array.from({ length: workers }, () =>
    startWorker({
      script: 'bundle/src/worker.js',
      env: { ...PRODUCTION, ...backingEnv(backing), ...model },
      dir: lab.dir,
      name: 'worker',
    }),
  );
  const serving: Program[] = [];
  for (let nth = 0; nth < apis; nth += 1) serving.push(await startProduct(lab, backing));
  const used = () => consumption(lab, serving, working);
  const answer = (run: string, times: typeof TIMES) =>
    Promise.all(
      serving.map(({ url }, nth) => {
        const own = people.filter((_, at) => at % apis === nth);
        const answers = answerPlan(url, own, `scale-${run}-${plan.nth}-${nth}`, times);
        return load({ ...answers, connections: connections / apis });
      }),
    );
  await answer('first', FIRST_TIMES);
  const before = used();
  const results = await answer('counted', TIMES);
  const after = used();
  for (const program of [...serving, ...working]) await program.stop();
  const sum = (value: (one: (typeof results)[number]) => number) =>
    results.reduce((total, one) => total + value(one), 0);
  const answers = sum(({ requests }) => requests);
  return {
    apis,
    workers,
    connections,
    perSecond: sum(({ requestsPerSecond }) => requestsPerSecond),
    p50: sum(({ p50 }) => p50) / results.length,
    p99: Math.max(...results.map(({ p99 }) => p99)),
    failures: sum(({ failures }) => failures),
    consumption:
      before && after
        ? {
            api: (after.api - before.api) / answers,
            worker: (after.worker - before.worker) / answers,
            postgres: (after.postgres - before.postgres) / answers,
            redis: (after.redis - before.redis) / answers,
          }
        : null,
  };
}

type Pid = { pid: number };

function consumption(lab: Lab, apis: Pid[], workers: Pid[]): Consumption | null {
  if (process.platform !== 'linux') return null;
  const of = (all: Pid[]) => all.reduce((sum, { pid }) => sum + processorMicroseconds(pid)!, 0);
  return {
    api: of(apis),
    worker: of(workers),
    postgres: treeMicroseconds(lab.postgresPid)!,
    redis: lab.redis ? treeMicroseconds(lab.redis.pid)! : 0,
  };
}
