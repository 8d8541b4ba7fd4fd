import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { CLAIM, FINISH } from '../../src/messages/replies/reply-state.statements.js';
import { groupParameters, SEND_GROUP } from '../../src/messages/send/send-group.statement.js';
import { SEND } from '../../src/messages/send/send.statement.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { finishWith } from './claims.js';

/** Rows that every send or end of their room, user or day rewrites: the cost of their versions is counted separately. */
const REWRITTEN = ['chatrooms', 'daily_usage', 'room_slots', 'user_slots'];
const STEPS = { send: SEND, group: SEND_GROUP, claim: CLAIM, finish: FINISH };
export type Step = keyof typeof STEPS;

/** What one statement reads; of a group, what one of its messages reads. */
export interface Cost {
  /** Pages in memory or on disk, of rewritten rows. */
  rewritten: number;
  /** Pages of all other rows. */
  others: number;
  /** Rows of tables and entries of indexes. A page has some hundred of them: a plan that reads them all touches few pages. */
  rows: number;
}
/** Cost of a statement in each tenth of the load. */
export type Tenths = Record<Step, Cost[]>;

/** More rooms than a user has slots, so that rooms wait. */
const ROOMS_OF_A_USER = 10;
/** Old messages of each room, so that the indexes have their final depth from the beginning. */
const OLD_MESSAGES = 20;
const TENTHS = 10;

/**
 * Sends, claims and finishes `replies` replies in `rooms` rooms while another session holds a snapshot, so that vacuum
 * removes nothing, and counts the pages that each kind of statement touches. The counts come from PostgreSQL's statistics
 * of each table, which include reads of functions and triggers.
 */
export async function countPages(
  databaseUrl: string,
  { rooms, replies }: { rooms: number; replies: number },
): Promise<Tenths> {
  const [client, holder] = [await connect(databaseUrl), await connect(databaseUrl)];
  try {
    const places = await fill(client, rooms);
    await holder.query('begin isolation level repeatable read');
    await holder.query('select count(*) from messages');
    const found: Tenths = { send: [], group: [], claim: [], finish: [] };
    for (let tenth = 0; tenth < TENTHS; tenth += 1) {
      const counts: Counts = {
        send: new Counter(client),
        group: new Counter(client),
        claim: new Counter(client),
        finish: new Counter(client),
      };
      for (let n = 0; n < replies / TENTHS / rooms; n += 1) await sendToAll(counts, places);
      await answerAll(client, counts);
      for (const step of Object.keys(STEPS) as Step[]) found[step].push(counts[step].cost());
    }
    return found;
  } finally {
    await Promise.all([client.end(), holder.end()]);
  }
}

/** Last tenth ÷ first tenth. */
export const growthOf = (tenths: Cost[], kind: keyof Cost): number => tenths.at(-1)![kind] / tenths[0]![kind];

export interface Place {
  userId: string;
  roomId: string;
}
type Counts = Record<Step, Counter>;

/** Parameters of a send of this person. */
export const sendBy = (place: Place) => ({
  ...place,
  messageId: randomUUID(),
  replyId: randomUUID(),
  content: 'hello',
  roomName: '',
  idempotencyKey: null,
  fingerprint: null,
  basicLimit: null,
  proLimit: null,
  requestId: null,
  traceContext: null,
  day: '2026-01-01',
  now: new Date(),
});

/** Parameters of CLAIM. */
export const claimOf = (id: string) => ({ id, generation: 1, now: new Date(), leaseMs: 60_000 });

/** A message into each room: into half of each user's rooms alone, into the others in groups of different users. */
async function sendToAll({ send, group }: Counts, places: Place[]): Promise<void> {
  // The rooms of a user stand together.
  const nthRooms = Array.from({ length: ROOMS_OF_A_USER }, (_, nth) =>
    places.filter((_place, at) => at % ROOMS_OF_A_USER === nth),
  );
  const half = ROOMS_OF_A_USER / 2;
  await send.run(SEND, nthRooms.slice(0, half).flat().map(sendBy));
  const groups = nthRooms.slice(half).map((rooms) => groupParameters(rooms.map(sendBy)));
  await group.run(SEND_GROUP, groups, ({ userIds }) => userIds.length);
}

/** Ends all live replies: each round takes the replies that hold a slot. */
export async function answerAll(
  client: pg.Client,
  { claim, finish }: Pick<Counts, 'claim' | 'finish'>,
): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ id: string }>(
      'select id from messages where completed_at is null and turn_at is not null',
    );
    if (rows.length === 0) return;
    await claim.run(
      CLAIM,
      rows.map(({ id }) => claimOf(id)),
    );
    await finish.run(
      FINISH,
      rows.map(({ id }) => finishWith({ id, attempt: 1 })),
    );
  }
}

/** Sums the cost of one kind of statement. */
export class Counter {
  private actions = 0;
  private readonly sum: Cost = { rewritten: 0, others: 0, rows: 0 };

  constructor(private readonly client: pg.Client) {}

  /** @param actionsOf how many sends, claims … are in a statement */
  async run<P extends object>(
    statement: Statement<P>,
    all: P[],
    actionsOf: (parameters: P) => number = () => 1,
  ): Promise<void> {
    const before = await this.read();
    for (const parameters of all) {
      const { rowCount } = await this.client.query(statement.bind(parameters));
      if (rowCount! < actionsOf(parameters)) throw new Error(`${statement.name} returned ${rowCount} rows`);
      this.actions += actionsOf(parameters);
    }
    const after = await this.read();
    for (const kind of ['rewritten', 'others', 'rows'] as const) this.sum[kind] += after[kind] - before[kind];
  }

  /** Per action. */
  cost(): Cost {
    const { rewritten, others, rows } = this.sum;
    return { rewritten: rewritten / this.actions, others: others / this.actions, rows: rows / this.actions };
  }

  private async read(): Promise<Cost> {
    await this.client.query('select pg_stat_force_next_flush()');
    const { rows } = await this.client.query<Cost>(
      `select sum(pages) filter (where relname = any($1))::float8 as rewritten,
              sum(pages) filter (where relname <> all($1))::float8 as others,
              (select sum(seq_tup_read) from pg_stat_user_tables where schemaname = 'public')::float8
                + (select sum(idx_tup_read) from pg_stat_user_indexes where schemaname = 'public')::float8 as rows
       from (select relname, heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0) as pages
             from pg_statio_user_tables where schemaname = 'public') t`,
      [REWRITTEN],
    );
    return rows[0]!;
  }
}

/** Users with rooms that have old messages, freshly vacuumed. */
async function fill(client: pg.Client, rooms: number): Promise<Place[]> {
  await client.query(
    `insert into users (id, mobile_number, quota_key, tier)
     select gen_random_uuid(), '+9199' || lpad(n::text, 8, '0'), decode(md5(n::text), 'hex'), 'pro'
     from generate_series(1, $1::int) n`,
    [Math.ceil(rooms / ROOMS_OF_A_USER)],
  );
  const { rows } = await client.query<Place>(
    `insert into chatrooms (id, user_id, name, name_source, message_count)
     select gen_random_uuid(), u.id, 'Room', 'user', $2 from users u, generate_series(1, $1::int) order by u.id returning id as "roomId", user_id as "userId"`,
    [ROOMS_OF_A_USER, OLD_MESSAGES],
  );
  await client.query(
    `insert into messages (id, chatroom_id, user_id, seq, role, content, status, completed_at)
     select gen_random_uuid(), r.id, r.user_id, seq, 'user', 'hello', 'completed', now() from chatrooms r, generate_series(1, $1::int) seq`,
    [OLD_MESSAGES],
  );
  await client.query('vacuum analyze');
  return rows;
}

export async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
