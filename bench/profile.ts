import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONNECTIONS } from './comparison.js';
import { preparePeople, type Scenario } from './comparisons.js';
import { Lab } from './lab/lab.js';
import { startProduct } from './lab/product.js';
import { load } from './load/load.js';
import { hottest, type CpuProfile } from './report/profile.js';

/** `npm run bench:profile list|send-redis|send-postgres`: where the API process's time goes under load. */
const scenario = (process.argv[2] ?? 'list') as Scenario;
const TIMES = { warmUpSeconds: 2, seconds: 8 };

const lab = await Lab.open();
const { people, databaseUrl } = await preparePeople(lab, scenario, TIMES);
const redisUrl = scenario === 'send-postgres' ? null : lab.redis!.url(0);
const flags = ['--cpu-prof', `--cpu-prof-dir=${lab.dir}`, '--cpu-prof-interval=500'];
const product = await startProduct(lab, { databaseUrl, redisUrl }, flags, 'src');
const kind = scenario === 'list' ? 'list' : 'send';
const result = await load({
  url: product.url,
  kind,
  people,
  run: 'profile',
  connections: CONNECTIONS,
  ...TIMES,
});
await product.stop();
await lab.close();
const file = readdirSync(lab.dir).find((name) => name.endsWith('.cpuprofile'))!;
const profile = JSON.parse(readFileSync(join(lab.dir, file), 'utf8')) as CpuProfile;
process.stdout.write(
  `${Math.round(result.requestsPerSecond)} requests/s\n\n${hottest(profile, TIMES.seconds, 45)}\n`,
);
process.exit(0);
