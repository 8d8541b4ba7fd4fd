import { rmSync } from 'node:fs';
import { addPeople, type Person } from '../../bench/lab/people.js';
import { rows } from '../../bench/lab/lab.js';
import { EventReceiver } from '../support/event-receiver.js';
import { keepCoresBusy } from './busy-cores.js';
import { Cluster } from './cluster.js';
import { Faults } from './faults.js';
import { Follower } from './follower.js';
import { Ledger } from './ledger.js';
import { Load } from './load.js';
import { readOptions } from './options.js';
import { planFaults } from './plan.js';
import { seeded } from './random.js';
import { details, table } from './report.js';
import { Requests } from './requests.js';
import { judge, settle, settleEvents } from './verdict.js';

/** `npm run test:chaos`: injects faults while users write, and then counts violations. See docs/chaos.md. */
const ROOMS_EACH = 2;
/** Basic users, who reach their limit after a few messages and keep trying. */
const BASIC_PEOPLE = 4;
/** Work is in progress everywhere before the first fault. */
const WARM_UP_MS = 1500;
/** Share of the events that the app's server refuses. */
const REFUSED_EVENTS_SHARE = 0.1;

const options = readOptions(process.argv.slice(2));
// Every restarted process adds a listener for the end of this one.
process.setMaxListeners(0);
// However the run ends, its servers are killed on exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const began = Date.now();
const say = (line: string) =>
  process.stderr.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)}s  ${line}\n`);

const receiver = await EventReceiver.start();
const whims = seeded(options.seed + 2);
receiver.treats = () =>
  whims.chance(REFUSED_EVENTS_SHARE) ? whims.pick(['fail', 'cut', 'redirect']) : 'accept';
const cluster = await Cluster.start(options, { environment: receiver.environment });
say(`2 API processes, 2 workers, PostgreSQL${cluster.redis ? ', Redis' : ''}; logs in ${cluster.dir}`);
if (options.busy) keepCoresBusy();
const random = seeded(options.seed + 1);
const ledger = new Ledger();
const requests = new Requests(cluster.apiUrls, random);
const follower = new Follower(requests, ledger, random, options.streams);
const load = new Load(requests, ledger, follower, cluster.model, random);
load.start(await enrol());

await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
const faults = new Faults(cluster, say);
await Promise.all([
  faults.run(planFaults(options)),
  // The load continues for this long also without a fault.
  new Promise((resolve) => setTimeout(resolve, options.seconds * 1000)),
]);
say('the last fault is over');
const overAt = Date.now();
const deadline = overAt + options.settleSeconds * 1000;
await load.stop(deadline);
await settle(cluster.postgres.url, deadline);
receiver.treats = () => 'accept';
await settleEvents(cluster.postgres.url, deadline);
const settledMs = Date.now() - overAt;
await cluster.stopMembers();
const evidence = await judge(cluster, ledger, receiver);
const failedStarts = cluster.members.reduce((sum, member) => sum + member.failedStarts, 0);
const slowestStopMs = Math.max(...cluster.members.map((member) => member.slowestStopMs));
await cluster.close();
await receiver.close();

const { landed } = faults;
const { usesStreams: usedStreams } = follower;
const { unanswered } = requests;
const outcome = {
  options,
  usedStreams,
  landed,
  evidence,
  settledMs,
  failedStarts,
  slowestStopMs,
  unanswered,
};
process.stdout.write(`${table(outcome)}\n`);
for (const line of details(ledger)) process.stdout.write(`OFF ${line}\n`);
if (ledger.violations.length > 0) process.exit(1);
rmSync(cluster.dir, { recursive: true, force: true });
process.stdout.write('Every guarantee was kept.\n');
process.exit(0);

async function enrol(): Promise<Person[]> {
  const { url } = cluster.postgres;
  const people = await addPeople(url, options.people + BASIC_PEOPLE, ROOMS_EACH);
  const basic = people.slice(-BASIC_PEOPLE).map(({ id }) => id);
  await rows(url, `update users set tier = 'basic' where id = any($1)`, [basic]);
  return people;
}
