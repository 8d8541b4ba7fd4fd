import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Queue } from 'bullmq';
import pg from 'pg';
import { jobIdOf } from '../../src/messages/replies/reply-queue.js';
import { GroupedSends } from '../../src/messages/send/grouped-sends.js';
import { SEND, type SendParameters, type SendRow } from '../../src/messages/send/send.statement.js';
import { newId } from '../../src/platform/crypto/id.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { addJobs } from '../../src/platform/queue/add-jobs.js';
import { isPostgres, openQueueConnection } from '../../src/platform/queue/queue-backend.js';
import { QUEUES } from '../../src/platform/queue/queue-facts.js';
import { queuePrefix } from '../../src/platform/redis/redis-names.js';
import { parseRedisUrl } from '../../src/platform/redis/redis-url.js';
import { Lab, rows } from '../lab/lab.js';
import { addPeople, type Person } from '../lab/people.js';
import { treeMicroseconds, processorMicroseconds } from '../lab/processor.js';
import { settle } from '../lab/settle.js';
import { median } from '../lab/stats.js';
import { table } from '../report/table.js';

/**
 * `npm run bench:grouped`: single sends against sends that are grouped while a commit is in flight (ADR 0035), without HTTP:
 * processor time of this process, which stands for the API, and of PostgreSQL, a send. Single and grouped runs take turns.
 */
const CONNECTIONS = [16, 32, 64];
const ROUNDS = 3;
const SECONDS = 2;
/** The product's own default (DATABASE_POOL_MAX). */
const POOL_MAX = 16;
/** Between two rounds of ends. */
const PAUSE_MS = 100;
const PEOPLE = 256;
const ROOMS_EACH = 700;
const MODES = ['single', 'grouped'] as const;
type Mode = (typeof MODES)[number];

interface Sample {
  perSecond: number;
  client: number;
  postgres: number;
  groupSize: number;
}

type Send = (parameters: SendParameters) => Promise<void>;

const lab = await Lab.open();
const results: string[][] = [];
for (const backend of ['Redis', 'PostgreSQL'] as const) {
  if (backend === 'Redis' && !lab.redis) continue;
  const databaseUrl = await lab.newDatabase();
  const redisUrl = backend === 'Redis' ? lab.redis!.url(0) : null;
  const people = await addPeople(databaseUrl, PEOPLE, ROOMS_EACH);
  await rows(databaseUrl, 'vacuum analyze');
  const nextSeat = seatsOf(people);
  const connection = openQueueConnection(databaseUrl, redisUrl === null ? null : parseRedisUrl(redisUrl));
  const queue = new Queue('replies', {
    connection,
    prefix: queuePrefix('single', 'replies'),
    defaultJobOptions: { ...QUEUES.replies.jobs },
  });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_MAX });
  for (const connections of CONNECTIONS) {
    const samples: Record<Mode, Sample[]> = { single: [], grouped: [] };
    for (let round = 0; round < ROUNDS; round += 1)
      for (const mode of round % 2 === 0 ? MODES : MODES.toReversed()) {
        await settle({ databaseUrl, redisUrl });
        samples[mode].push(await measure(mode, connections));
      }
    const of = (mode: Mode, part: keyof Sample) => median(samples[mode].map((sample) => sample[part]));
    const total = (mode: Mode) => median(samples[mode].map(({ client, postgres }) => client + postgres));
    for (const mode of MODES)
      results.push([
        `${mode}, ${connections} connections, ${backend} queue`,
        of(mode, 'groupSize').toFixed(1),
        of(mode, 'perSecond').toFixed(0),
        of(mode, 'client').toFixed(0),
        of(mode, 'postgres').toFixed(0),
        (total('single') / total(mode)).toFixed(2),
      ]);
    process.stderr.write(
      `${results
        .slice(-2)
        .map((row) => row.join(' · '))
        .join('\n')}\n`,
    );
  }
  await queue.close();
  await pool.end();
  if (isPostgres(connection)) await connection.end();

  async function measure(mode: Mode, connections: number): Promise<Sample> {
    const workers = await endOneByOne(databaseUrl);
    const jobs = jobsOfATurn(queue);
    const groups = { count: 0, sends: 0 };
    const send = mode === 'single' ? singles(pool, jobs, groups) : grouped(pool, jobs, groups);
    const read = () => treeMicroseconds(lab.postgresPid)! - processorMicroseconds(workers.pid)!;
    const [before, own, begun] = [read(), process.cpuUsage(), performance.now()];
    const until = begun + SECONDS * 1000;
    let sent = 0;
    const client = async () => {
      while (performance.now() < until) {
        await send(parametersOf(nextSeat()));
        sent += 1;
      }
    };
    await Promise.all(Array.from({ length: connections }, client));
    const [used, { user, system }] = [read() - before, process.cpuUsage(own)];
    const seconds = (performance.now() - begun) / 1000;
    await workers.stop();
    return {
      perSecond: sent / seconds,
      client: (user + system) / sent,
      postgres: used / sent,
      groupSize: groups.sends / groups.count,
    };
  }
}
await lab.close();
process.stdout.write(
  `${table(['', 'sends a statement', 'sends/s', 'API µs', 'PostgreSQL µs', 'processor time of a single send ÷ this'], results)}\n`,
);
process.exit(0);

/** Ends live replies one user after the other, as workers do: one statement over several users would take their slots in any order. */
async function endOneByOne(databaseUrl: string): Promise<{ pid: number; stop: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows: own } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      const live = await client.query<{ id: string }>(
        'select distinct user_id as id from messages where completed_at is null',
      );
      for (const { id } of live.rows)
        await client.query({
          name: 'end',
          text: `update messages set status = 'completed', completed_at = now() where completed_at is null and user_id = $1`,
          values: [id],
        });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return {
    pid: own[0]!.pid,
    stop: async () => {
      stopping.abort();
      await work;
      await client.end();
    },
  };
}

/** Rooms in turns of their users, so that neighbours are different users. */
function seatsOf(people: Person[]): () => { userId: string; roomId: string } {
  let taken = 0;
  return () => {
    const person = people[taken % people.length]!;
    const roomId = person.rooms[Math.floor(taken / people.length) % person.rooms.length]!;
    taken += 1;
    return { userId: person.id, roomId };
  };
}

function parametersOf({ userId, roomId }: { userId: string; roomId: string }): SendParameters {
  const key = newId();
  const now = new Date();
  return {
    userId,
    roomId,
    content: 'Why is the sky blue in the morning and red in the evening?',
    messageId: newId(),
    replyId: newId(),
    idempotencyKey: key,
    fingerprint: createHash('sha256').update(key).digest(),
    day: now.toISOString().slice(0, 10),
    basicLimit: 1_000_000,
    proLimit: 1_000_000,
    now,
    roomName: 'Why is the sky blue',
    requestId: null,
    traceContext: null,
  };
}

type Jobs = (replyId: string) => Promise<void>;

/** As the product adds them: those of one event-loop turn in one command. */
function jobsOfATurn(queue: Queue): Jobs {
  const logger = new Logger('bench');
  let collecting: { ids: string[]; added: Promise<void> } | null = null;
  return (replyId) => {
    collecting ??= {
      ids: [],
      added: new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        const { ids } = collecting!;
        collecting = null;
        return addJobs(queue, logger, 'reply', ids);
      }),
    };
    collecting.ids.push(jobIdOf({ id: replyId, generation: 1 }));
    return collecting.added;
  };
}

function singles(pool: pg.Pool, jobs: Jobs, groups: { count: number; sends: number }): Send {
  return async (parameters) => {
    const { rows } = await pool.query<SendRow>(SEND.bind(parameters));
    if (rows[0]!.outcome !== 'accepted') throw new Error(`a send was ${rows[0]!.outcome}`);
    groups.count += 1;
    groups.sends += 1;
    if (rows[0]!.granted) await jobs(parameters.replyId);
  };
}

/** As the product groups them. */
function grouped(pool: pg.Pool, jobs: Jobs, groups: { count: number; sends: number }): Send {
  const run = async (statement: Statement<object>, parameters: { userIds?: string[] }) => {
    groups.count += 1;
    groups.sends += parameters.userIds?.length ?? 1;
    return (await pool.query<object>(statement.bind(parameters))).rows;
  };
  const one = async (statement: Statement<object>, parameters: object) =>
    (await run(statement, parameters))[0];
  const sends = new GroupedSends({ run, one } as unknown as Database);
  return async (parameters) => {
    const { outcome, granted } = await sends.run(parameters);
    if (outcome !== 'accepted') throw new Error(`a send was ${outcome}`);
    if (granted) await jobs(parameters.replyId);
  };
}
