import { rmSync } from 'node:fs';
import { addPeople } from '../../../bench/lab/people.js';
import { Cluster } from '../cluster.js';
import { seeded } from '../random.js';
import { Batch } from './batch.js';
import { Killer } from './killer.js';
import { readOptions } from './options.js';
import { Tally } from './tally.js';
import { hardTexts } from './texts.js';

/** `npm run test:torture`: cuts streams at any byte and resumes them elsewhere. See docs/chaos.md. */
const ROOMS_EACH = 4;
/** One worker can generate the replies of a batch after the other was killed. */
const SPARE = 1.25;
/** More than the number of streams. */
const SEEDS_APART = 1_000_003;

const options = readOptions(process.argv.slice(2));
process.setMaxListeners(0);
// However the run ends, its servers are killed on exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const cluster = await Cluster.start(options, {
  speech: hardTexts(options.answerMs, options.seed),
  environment: { WORKER_CONCURRENCY: String(Math.ceil(options.batch * SPARE)) },
});
const tally = new Tally();
const batch = new Batch(cluster, options.cuts, options.seed, tally);
const killer = new Killer(cluster, seeded(options.seed + 1), tally, options.answerMs);
const people = await addPeople(cluster.postgres.url, Math.ceil(options.streams / ROOMS_EACH), ROOMS_EACH);
const rooms = people
  .flatMap((person) => person.rooms.map((roomId) => ({ person, roomId })))
  .slice(0, options.streams)
  .map((room, nth) => ({ ...room, random: seeded(options.seed * SEEDS_APART + nth) }));

const began = Date.now();
const seconds = () => (Date.now() - began) / 1000;
for (let from = 0; from < rooms.length; from += options.batch) {
  const over = new AbortController();
  const killing = killer.run(options.kills, over.signal);
  await batch.run(rooms.slice(from, from + options.batch));
  over.abort();
  tally.kills += await killing;
  process.stderr.write(
    `${seconds().toFixed(1).padStart(6)}s  ${tally.streams} streams, ${tally.cuts} cuts, ${tally.differences.length} differences\n`,
  );
}
const took = seconds();
await cluster.stopMembers();
for (const { crashes } of cluster.members) tally.differences.push(...crashes);
// Otherwise no text was replaced by a new attempt, and the run would prove nothing about resets.
if (options.kills > 0 && tally.takenBack === 0) tally.differences.push('no kill took text back');
await cluster.close();

process.stdout.write(`${tally.report(options.backend, took)}\n`);
if (tally.differences.length > 0) process.stderr.write(`logs in ${cluster.dir}\n`);
else rmSync(cluster.dir, { recursive: true, force: true });
process.exit(tally.differences.length > 0 ? 1 : 0);
