import { randomInt, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { CHOOSE } from '../../src/messages/branches/choose.statement.js';
import { EDIT } from '../../src/messages/branches/edit.statement.js';
import { LinesRepository } from '../../src/messages/branches/lines.repository.js';
import { MessagesRepository } from '../../src/messages/messages.repository.js';
import { REGENERATE } from '../../src/messages/replies/reply-actions.statements.js';
import { CLAIM, CONVERSATION, FINISH } from '../../src/messages/replies/reply-state.statements.js';
import { SEND } from '../../src/messages/send/send.statement.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { finishWith } from './claims.js';
import { answerAll, claimOf, connect, Counter, sendBy, type Cost, type Place } from './flat-cost.js';

/** What is counted. */
export const ACTIONS = [
  'send',
  'edit',
  'regenerate',
  'choose',
  'history',
  'path',
  'one message',
  'conversation',
  'claim',
  'finish',
] as const;
export type BranchAction = (typeof ACTIONS)[number];

/** Times that each action is carried out. */
const TIMES = 5;
const PAGE = 50;

interface Size {
  messages: number;
  /** Forms of the newest message of the room's first branch, beside it. */
  siblings: number;
  /** Branches that the active path goes through, each of which begins in the one before it. */
  depth: number;
}

/** What each action reads in a room of each size. */
export async function countCostIn(
  databaseUrl: string,
  sizes: readonly Size[],
): Promise<Record<BranchAction, Cost[]>> {
  const client = await connect(databaseUrl);
  try {
    const rooms: Place[] = [];
    for (const size of sizes) rooms.push(await fill(client, size));
    await client.query('vacuum analyze');
    const found = Object.fromEntries(ACTIONS.map((action) => [action, [] as Cost[]]));
    for (const room of rooms)
      for (const action of ACTIONS) found[action]!.push(await costOf(client, room, action));
    return found as Record<BranchAction, Cost[]>;
  } finally {
    await client.end();
  }
}

async function costOf(client: pg.Client, room: Place, action: BranchAction): Promise<Cost> {
  const counter = new Counter(client);
  for (let n = 0; n < TIMES; n += 1) {
    await carryOut(client, counter, room, action);
    await answerAll(client, { claim: new Counter(client), finish: new Counter(client) });
  }
  return counter.cost();
}

/** A sibling from the middle, and the newest one. */
async function siblingsOf(client: pg.Client, { roomId }: Place): Promise<[middle: string, newest: string]> {
  const { rows } = await client.query<{ id: string }>(
    `select m.id from message_branches b join messages m on m.chatroom_id = b.chatroom_id and m.seq = b.branch
     where b.chatroom_id = $1 and b.role = 'user' and b.sibling > 1 order by b.sibling`,
    [roomId],
  );
  return [rows[Math.floor(rows.length / 2)]!.id, rows.at(-1)!.id];
}

async function carryOut(
  client: pg.Client,
  counter: Counter,
  room: Place,
  action: BranchAction,
): Promise<void> {
  const { userId, roomId } = room;
  const [middle, newest] = await siblingsOf(client, room);
  const leaf = async () =>
    (
      await client.query<{ id: string; seq: number }>(
        'select m.id, m.seq from messages m join chatrooms r on r.tail_id = m.id where r.id = $1',
        [roomId],
      )
    ).rows[0]!;
  const repositories = databaseOf(counter);
  switch (action) {
    case 'send':
      return counter.run(SEND, [sendBy(room)]);
    case 'edit':
      return counter.run(EDIT, [{ ...sendBy(room), editedId: middle }]);
    case 'regenerate':
      return counter.run(REGENERATE, [
        { ...sendBy(room), replyId: (await leaf()).id, resultId: randomUUID() },
      ]);
    case 'choose':
      return counter.run(CHOOSE, [
        { userId, roomId, messageId: middle, now: new Date() },
        { userId, roomId, messageId: newest, now: new Date() },
      ]);
    case 'claim':
    case 'finish': {
      await client.query(SEND.bind(sendBy(room)));
      const steps = { claim: new Counter(client), finish: new Counter(client), [action]: counter };
      return answerAll(client, steps);
    }
    case 'history':
      return void (await new MessagesRepository(repositories).newestBefore(userId, roomId, null, PAGE));
    case 'path':
      return void (await new LinesRepository(repositories).page(userId, roomId, null, PAGE));
    case 'one message':
      return void (await new MessagesRepository(repositories).findOwned(userId, roomId, middle));
    case 'conversation': {
      const { seq } = await leaf();
      return counter.run(CONVERSATION, [{ roomId, questionSeq: seq - 1, limit: PAGE, maxBytes: 100_000 }]);
    }
  }
}

/** The database of a repository; what its statements read is counted. */
const databaseOf = (counter: Counter): Database => {
  const run = async (statement: Statement, parameters: object) => {
    await counter.run(statement, [parameters]);
    return [];
  };
  return { run, one: run } as unknown as Database;
};

/** A person with a room: one line of answered messages, further forms of its newest message, and edits of each next message. */
async function fill(client: pg.Client, { messages, siblings, depth }: Size): Promise<Place> {
  const place: Place = { userId: randomUUID(), roomId: randomUUID() };
  const { userId, roomId } = place;
  await client.query(
    `insert into users (id, mobile_number, quota_key, tier) values ($1::uuid, '+9199' || $2::int, sha256($1::uuid::text::bytea), 'pro')`,
    [userId, randomInt(10_000_000, 99_999_999)],
  );
  const idOf = (seq: string) => `md5($1::uuid::text || (${seq}))::uuid`;
  await client.query(
    `insert into chatrooms (id, user_id, name, name_source, message_count, tail_id)
     values ($1::uuid, $2, 'Room', 'user', $3::int, ${idOf('$3::int')})`,
    [roomId, userId, messages],
  );
  await client.query(
    `insert into messages (id, chatroom_id, user_id, seq, parent_id, in_reply_to, role, content, status, completed_at)
     select ${idOf('seq')}, $1::uuid, $2::uuid, seq, case when seq > 1 then ${idOf('seq - 1')} end,
            case when seq % 2 = 0 then ${idOf('seq - 1')} end, case when seq % 2 = 0 then 'model' else 'user' end,
            'hello', 'completed', now()
     from generate_series(1, $3::int) seq`,
    [roomId, userId, messages],
  );
  // As autovacuum does where it runs: statements were planned for a smaller table.
  await client.query('analyze');
  const { rows } = await client.query<{ id: string }>(
    'select id from messages where chatroom_id = $1 and seq = $2',
    [roomId, messages - 1],
  );
  const answered = async <T extends { replyId: string }>(statement: Statement<T>, parameters: T) => {
    await client.query(statement.bind(parameters));
    await client.query(CLAIM.bind(claimOf(parameters.replyId)));
    await client.query(FINISH.bind(finishWith({ id: parameters.replyId, attempt: 1 })));
  };
  for (let n = 0; n < siblings; n += 1) await answered(EDIT, { ...sendBy(place), editedId: rows[0]!.id });
  for (let n = 0; n < depth; n += 1) {
    const sent = sendBy(place);
    await answered(SEND, sent);
    await answered(EDIT, { ...sendBy(place), editedId: sent.messageId });
  }
  return place;
}
