import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../src/platform/database/migrate.js';
import { migrateAsBefore, previousState } from '../test/support/previous/state.js';
import { Lab, rows } from './lab/lab.js';
import { fillTable } from './lab/messages.js';
import { table } from './report/table.js';

/**
 * `npm run bench:migrations [-- <messages>]`: migrates a full database of the previous release while messages are written and
 * read, and prints for each migration its time and the longest wait of a write and of a read. Waits contain those for the
 * machine; a lock shows as a wait as long as the migration.
 */
const MESSAGES = Number(process.argv[2] ?? 10_000_000);
const OF_A_USER = { rooms: 10, messages: 100 };
/** Messages that the probes write and read. */
const SAMPLE = 10_000;
const POLL_MS = 5;

/** A statement that ran beside the migrations, and a migration that was seen to be committed. */
interface Probe {
  kind: 'write' | 'read';
  startedAt: number;
  endedAt: number;
}
interface Step {
  name: string;
  endedAt: number;
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const lab = await Lab.open({ max_wal_size: '8GB', shared_buffers: '2GB' });
const url = await lab.unmigratedDatabase();
await migrateAsBefore(previousState('postgres'), url);
say(`${MESSAGES} messages …`);
await fillTable(url, MESSAGES / OF_A_USER.rooms / OF_A_USER.messages, OF_A_USER);
await rows(url, 'vacuum analyze');
await rows(url, 'checkpoint');
const ids = await rows<{ id: string }>(url, `select id from messages limit ${SAMPLE}`);
say('migrations …');

const stopping = new AbortController();
const probes: Probe[] = [];
const steps: Step[] = [];
const beside = [watch(), probe('write'), probe('read')];
const startedAt = performance.now();
await migrate(url, { say });
await pause(20 * POLL_MS);
stopping.abort();
await Promise.all(beside);

process.stdout.write(
  `${table(
    ['migration', 'seconds', 'longest wait of a write, ms', 'of a read, ms'],
    steps.map(({ name, endedAt }, at) => {
      const from = steps[at - 1]?.endedAt ?? startedAt;
      return [
        name.replace(/\d+$/, ''),
        ((endedAt - from) / 1000).toFixed(1),
        longestIn('write', from, endedAt).toFixed(0),
        longestIn('read', from, endedAt).toFixed(0),
      ];
    }),
  )}\n`,
);
await lab.close();
process.exit(0);

/** The longest statement that ran within this time, in milliseconds. */
function longestIn(kind: Probe['kind'], from: number, until: number): number {
  return Math.max(
    0,
    ...probes
      .filter((one) => one.kind === kind && one.startedAt < until && one.endedAt > from)
      .map((one) => one.endedAt - one.startedAt),
  );
}

/** Runs statements on random messages, one after another. */
async function probe(kind: Probe['kind']): Promise<void> {
  const client = await connect(url);
  const text =
    kind === 'write'
      ? 'update messages set content = content where id = $1'
      : 'select content from messages where id = $1';
  while (!stopping.signal.aborted) {
    const started = performance.now();
    await client.query({ name: kind, text, values: [ids[randomInt(ids.length)]!.id] });
    probes.push({ kind, startedAt: started, endedAt: performance.now() });
    await pause(POLL_MS);
  }
  await client.end();
}

/** Notes when each migration is committed. */
async function watch(): Promise<void> {
  const client = await connect(url);
  const { rows: before } = await client.query<{ count: number }>(
    'select count(*)::int as count from migrations',
  );
  while (!stopping.signal.aborted) {
    const { rows: done } = await client.query<{ name: string }>(
      'select name from migrations order by id offset $1',
      [before[0]!.count + steps.length],
    );
    for (const { name } of done) steps.push({ name, endedAt: performance.now() });
    await pause(POLL_MS);
  }
  await client.end();
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
