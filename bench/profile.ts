import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANSWER_SETTINGS } from './answers/answers.js';
import { takeProfile } from './answers/profile.js';
import { openScene } from './answers/site.js';
import { CONNECTIONS } from './comparison.js';
import { preparePeople, type Scenario } from './comparisons.js';
import { Lab } from './lab/lab.js';
import { startProduct } from './lab/product.js';
import { load } from './load/load.js';
import { hottest, type CpuProfile } from './report/profile.js';

/**
 * `npm run bench:profile list|send-redis|send-postgres|answer-redis|answer-postgres`: where the processes' time goes under
 * load.
 */
const scenario = process.argv[2] ?? 'list';
const TIMES = { warmUpSeconds: 2, seconds: 8 };
const LINES = 45;

const say = (text: string) => process.stdout.write(`${text}\n\n`);

if (scenario === 'answer-redis' || scenario === 'answer-postgres')
  await profileAnswers(scenario === 'answer-redis' ? 'Redis' : 'PostgreSQL');
else await profileRequests(scenario as Scenario);
process.exit(0);

async function profileAnswers(backend: 'Redis' | 'PostgreSQL'): Promise<void> {
  const lab = await Lab.open(ANSWER_SETTINGS);
  const scene = await openScene(lab, backend, 10_000);
  const { api, worker, statements, seconds } = await takeProfile(scene, 0);
  await scene.close();
  await lab.close();
  say(`API\n${hottest(api, seconds, LINES)}`);
  say(`Worker\n${hottest(worker, seconds, LINES)}`);
  say(
    statements.map(({ name, calls, ms }) => `${calls.toFixed(2)} × ${ms.toFixed(3)} ms  ${name}`).join('\n'),
  );
}

async function profileRequests(scenario: Scenario): Promise<void> {
  const lab = await Lab.open();
  const { people, databaseUrl } = await preparePeople(lab, scenario, TIMES);
  const redisUrl = scenario === 'send-postgres' ? null : lab.redis!.url(0);
  const flags = ['--cpu-prof', `--cpu-prof-dir=${lab.dir}`, '--cpu-prof-interval=500'];
  const product = await startProduct(lab, { databaseUrl, redisUrl }, { nodeFlags: flags, tree: 'src' });
  const kind = scenario === 'list' ? 'list' : 'send';
  const plan = {
    url: product.url,
    kind,
    people,
    run: 'profile',
    connections: CONNECTIONS,
    ...TIMES,
  } as const;
  const result = await load(plan);
  await product.stop();
  await lab.close();
  const file = readdirSync(lab.dir).find((name) => name.endsWith('.cpuprofile'))!;
  const profile = JSON.parse(readFileSync(join(lab.dir, file), 'utf8')) as CpuProfile;
  say(`${Math.round(result.requestsPerSecond)} requests/s`);
  say(hottest(profile, TIMES.seconds, LINES));
}
