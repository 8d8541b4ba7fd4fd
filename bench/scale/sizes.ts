import { randomUUID } from 'node:crypto';
import { SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { rows, type Lab } from '../lab/lab.js';
import { fillRoom, fillTable } from '../lab/messages.js';
import { addPeople, type Person } from '../lab/people.js';
import { processorMicroseconds, treeMicroseconds } from '../lab/processor.js';
import { backingEnv, PRODUCTION, startProduct } from '../lab/product.js';
import { startProgram, startWorker, type Program } from '../lab/program.js';
import { median } from '../lab/stats.js';
import { questionOf } from '../streams/model-script.js';
import type { SizeCost, SizeFigures } from './figures.js';

/** Messages of the whole table, and the users to whom they belong. */
interface Size {
  messages: number;
  users: number;
}

const SMALL: Size = { messages: 10_000, users: 1_000 };
const LARGE: Size = { messages: 1_000_000, users: 100_000 };
/** Takes some minutes to fill; only with `--large`. */
const LARGEST: Size = { messages: 10_000_000, users: 100_000 };

/** Share of the messages that is in the one room that is asked about. */
const LONG_ROOM = 0.1;
/** More rooms than one page shows; each send and each answer takes the next one. */
const ROOMS = 60;
/** Requests of one sample: enough that the clock of processor time, which counts in 10 ms, is precise to a few per cent. */
const REQUESTS = 150;
const SAMPLES = 5;
const QUESTION = questionOf({ firstDelayMs: 0, chunkDelayMs: 0, chunks: 10 });

interface Site extends Size {
  api: Program;
  worker: Pick<Program, 'pid' | 'stop'>;
  databaseUrl: string;
  person: Person;
}

type Ask = (site: Site, nth: number) => Promise<Response>;

const QUESTIONS: [name: string, ask: Ask][] = [
  ['room list, uncached', (site) => get(site, '/chatroom?limit=49')],
  [
    'history, newest page of the long room',
    (site) => get(site, `/chatroom/${site.person.rooms[0]!}/messages`),
  ],
  ['usage of the day', (site) => get(site, '/user/usage')],
  ['send, until it is answered, into the long room', (site) => answer(site, site.person.rooms[0]!)],
  ['send, until it is answered, into a room of usual length', (site, nth) => answer(site, roomOf(site, nth))],
];

/** Measures the pages and the processor time of one request with few rows and with many, on PostgreSQL alone. */
export async function measureSizes(lab: Lab, withLargest: boolean): Promise<SizeFigures[]> {
  const model = await startProgram({
    script: 'bench/streams/model.program.js',
    env: {},
    dir: lab.dir,
    name: 'model',
  });
  const sites: Site[] = [];
  for (const size of [SMALL, LARGE, ...(withLargest ? [LARGEST] : [])])
    sites.push(await openSite(lab, size, model.url));
  const found: SizeFigures[] = [];
  for (const [name, ask] of QUESTIONS) {
    const samples = sites.map((): Omit<SizeCost, keyof Size>[] => []);
    for (let nth = -1; nth < SAMPLES; nth += 1)
      for (const [at, site] of sites.entries()) {
        const sample = await take(lab, site, ask);
        // The first warms up plans, caches and the JIT.
        if (nth >= 0) samples[at]!.push(sample);
      }
    found.push({
      name,
      costs: sites.map(({ messages, users }, at) => ({
        messages,
        users,
        pages: median(samples[at]!.map(({ pages }) => pages)),
        microseconds: median(samples[at]!.map(({ microseconds }) => microseconds)),
      })),
    });
  }
  for (const { api, worker } of sites) for (const program of [api, worker]) await program.stop();
  await model.stop();
  return found;
}

async function openSite(lab: Lab, size: Size, modelUrl: string): Promise<Site> {
  const databaseUrl = await lab.newDatabase();
  const [person] = await addPeople(databaseUrl, 1, ROOMS);
  const long = size.messages * LONG_ROOM;
  await fillTable(databaseUrl, size.users, { rooms: 1, messages: (size.messages - long) / size.users });
  await fillRoom(databaseUrl, { id: person!.rooms[0]!, userId: person!.id }, long);
  await rows(databaseUrl, 'vacuum analyze');
  await rows(databaseUrl, 'checkpoint');
  const backing = { databaseUrl, redisUrl: null };
  const worker = startWorker({
    script: 'bundle/src/worker.js',
    env: {
      ...PRODUCTION,
      ...backingEnv(backing),
      GEMINI_BASE_URL: modelUrl,
      GEMINI_API_KEY: SANDBOX_API_KEY,
    },
    dir: lab.dir,
    name: 'worker',
  });
  return { ...size, api: await startProduct(lab, backing), worker, databaseUrl, person: person! };
}

async function take(lab: Lab, site: Site, ask: Ask): Promise<Omit<SizeCost, keyof Size>> {
  const before = await read(lab, site);
  for (let nth = 0; nth < REQUESTS; nth += 1) {
    const response = await ask(site, nth);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  }
  const after = await read(lab, site);
  return {
    pages: (after.pages - before.pages) / REQUESTS,
    microseconds: (after.microseconds - before.microseconds) / REQUESTS,
  };
}

/** Pages of this database's tables and indexes, and processor time of everything that serves it. */
async function read(lab: Lab, { databaseUrl, api, worker }: Site) {
  // A backend reports at most once a second, and at its next statement.
  await new Promise((resolve) => setTimeout(resolve, REPORTED_MS));
  const [row] = await rows<{ pages: number }>(
    databaseUrl,
    `select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0))::float8 as pages
     from pg_statio_user_tables where schemaname = 'public'`,
  );
  const microseconds =
    process.platform === 'linux'
      ? processorMicroseconds(api.pid)! +
        processorMicroseconds(worker.pid)! +
        treeMicroseconds(lab.postgresPid)!
      : Number.NaN;
  return { pages: row!.pages, microseconds };
}
const REPORTED_MS = 1_200;

const roomOf = ({ person }: Site, nth: number): string => person.rooms[1 + (nth % (ROOMS - 1))]!;

const get = ({ api, person }: Site, path: string) =>
  fetch(api.url + path, { headers: { authorization: `Bearer ${person.token}` } });

const send = (site: Site, room: string, headers: Record<string, string> = {}) =>
  fetch(`${site.api.url}/chatroom/${room}/message`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${site.person.token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...headers,
    },
    body: JSON.stringify({ content: QUESTION }),
  });

const answer = (site: Site, room: string) => send(site, room, { prefer: 'wait=25' });
