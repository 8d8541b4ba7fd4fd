import { writeFileSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';
import { compareLists, compareSends } from './comparisons.js';
import type { Comparison, Effort } from './comparison.js';
import { measureAnswers } from './answers/answers.js';
import { measureBilling } from './billing/billing.js';
import { measureDocuments } from './documents/documents.js';
import { measureFlat } from './flat.js';
import { measureGrowth } from './growth.js';
import { measureImport } from './import/import.js';
import { Lab } from './lab/lab.js';
import { chart } from './report/chart.js';
import { document } from './report/document.js';
import { tables } from './report/markdown.js';
import type { Results } from './report/results.js';
import { scaleChart } from './report/scale-chart.js';
import { scaleTables } from './report/scale.js';
import { measureScale, SCALE_PARTS, type ScalePart } from './scale/scale.js';
import { measureSearch } from './search/search.js';
import { measureStartUp } from './start-up.js';
import { measureStrangers } from './strangers/strangers.js';
import { measureTracing } from './tracing/tracing.js';
import { measureStreams, type StreamEffort } from './streams/streams.js';

/** `npm run bench`: measures, prints the tables and, if everything was measured, writes docs/bench.md and its chart. */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    // Of search: messages of the person who searches, and of others.
    own: { type: 'string', default: '1000000' },
    others: { type: 'string', default: '9000000' },
    // Of `--only=scale`:
    parts: { type: 'string' },
    large: { type: 'boolean' },
    soak: { type: 'string', default: '0' },
  },
});
const PARTS = [
  'start',
  'list',
  'send-redis',
  'send-postgres',
  'growth',
  'flat',
  'answer',
  'billing',
  'import',
  'streams',
  'strangers',
  'docs',
  'search',
  'tracing',
] as const;
type Part = (typeof PARTS)[number];
if (values.only === 'scale') await scale();
const parts = (values.only?.split(',') ?? PARTS) as readonly Part[];
const unknown = parts.find((part) => !PARTS.includes(part));
if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are ${PARTS.join(', ')}, scale`);

const effort: Effort = values.quick
  ? { rounds: 3, seconds: 3, warmUpSeconds: 1 }
  : { rounds: 7, seconds: 6, warmUpSeconds: 2 };
const streamEffort: StreamEffort = values.quick
  ? { seconds: 2, deliveries: [100] }
  : { seconds: 6, deliveries: [100, 500] };
const IMPORTS = values.quick ? [10_000, 100_000] : [100_000, 500_000, 1_000_000];
const GROWTH_SAMPLES = values.quick ? 100 : 500;

const results: Results = {
  machine: {
    processors: cpus().length,
    gigabytes: Math.round(totalmem() / 1024 ** 3),
    platform: type(),
    node: process.versions.node,
  },
  startUp: null,
  comparisons: [],
  growth: [],
  flat: [],
  answers: [],
  billing: [],
  imports: [],
  streams: [],
  strangers: [],
  documents: [],
  search: null,
  tracing: null,
};

// First, while nothing else runs.
if (parts.includes('start')) {
  say('start and memory …');
  results.startUp = await measureStartUp();
}
const lab = await Lab.open();
const compare: Record<Extract<Part, 'list' | 'send-redis' | 'send-postgres'>, () => Promise<Comparison>> = {
  list: () => compareLists(lab, effort),
  'send-redis': () => compareSends(lab, 'send-redis', effort),
  'send-postgres': () => compareSends(lab, 'send-postgres', effort),
};
for (const [part, run] of Object.entries(compare)) {
  if (!parts.includes(part as Part)) continue;
  if (!lab.redis && part !== 'send-postgres') {
    say(`*** SKIPPED: ${part}, because redis-server is not installed ***`);
    continue;
  }
  say(`${part} …`);
  results.comparisons.push(await run());
}
if (parts.includes('growth')) {
  say('growth …');
  results.growth = await measureGrowth(lab, GROWTH_SAMPLES);
}
if (parts.includes('flat')) {
  say('flat …');
  results.flat = await measureFlat(lab);
}
if (parts.includes('billing')) {
  say('billing …');
  results.billing = await measureBilling(lab, values.quick ? 3 : 15);
}
if (parts.includes('import')) {
  say('import …');
  results.imports = await measureImport(lab, IMPORTS);
}
if (parts.includes('strangers')) {
  say('strangers …');
  results.strangers = await measureStrangers(lab);
}
if (parts.includes('docs')) {
  say('docs …');
  results.documents = await measureDocuments(lab, values.quick ? 2 : 5);
  if (results.documents.length === 0) say('*** SKIPPED: docs, because Chromium is not installed ***');
}
await lab.close();
if (parts.includes('search')) {
  say('search …');
  const [own, others] = values.quick ? [10_000, 90_000] : [Number(values.own), Number(values.others)];
  results.search = await measureSearch({ own, others, samples: 100 });
}
const answerEffort = values.quick
  ? { rounds: 3, seconds: 3, warmUpSeconds: 1 }
  : { rounds: 5, seconds: 5, warmUpSeconds: 2 };
if (parts.includes('answer')) {
  say('answer …');
  results.answers = await measureAnswers(answerEffort, say);
}
if (parts.includes('tracing')) {
  say('tracing …');
  results.tracing = await measureTracing(answerEffort);
}
if (parts.includes('streams')) {
  say(lab.redis ? 'streams …' : '*** SKIPPED: streams on Redis, because redis-server is not installed ***');
  results.streams = await measureStreams(streamEffort);
}

process.stdout.write(`${tables(results)}\n`);
if (!values.quick && parts.length === PARTS.length && lab.redis) {
  const words = `${effort.rounds} rounds of ${effort.seconds} s.`;
  writeFileSync('docs/bench.md', document(results, words));
  writeFileSync('docs/bench.svg', chart(results.comparisons));
  say('written to docs/bench.md');
}
process.exit(0);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The run of its own that docs/scaling.md reports; it writes docs/scaling.svg when it has measured the processes. */
async function scale(): Promise<never> {
  const chosen = (values.parts?.split(',') ?? SCALE_PARTS) as readonly ScalePart[];
  const wrong = chosen.find((part) => !SCALE_PARTS.includes(part));
  if (wrong !== undefined) throw new Error(`there is no ${wrong}; there are ${SCALE_PARTS.join(', ')}`);
  const withLargest = values.large ?? false;
  const found = await measureScale({ parts: chosen, withLargest, soakMinutes: Number(values.soak) }, say);
  process.stdout.write(`${scaleTables(found)}\n`);
  if (found.processes.length > 0) writeFileSync('docs/scaling.svg', scaleChart(found.processes));
  process.exit(0);
}
