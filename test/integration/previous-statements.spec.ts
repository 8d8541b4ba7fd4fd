import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { CLAIM, FINISH } from '../../src/messages/replies/reply-state.statements.js';
import { SEND } from '../../src/messages/send/send.statement.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { finishWith } from '../support/claims.js';
import { migrateAsBefore, previousState } from '../support/previous/state.js';
import { previousStatements, valuesOf } from '../support/previous/statements.js';
import { admin, ADMIN_URL } from '../support/servers.js';

/** During a release, processes of the previous release run beside those of this one, on the migrated schema. */
const PREVIOUS = previousStatements();

let client: pg.Client;
let before: Column[];
beforeAll(async () => {
  const url = new URL(process.env[ADMIN_URL]!);
  url.pathname = `/previous_${randomBytes(6).toString('hex')}`;
  await admin(process.env[ADMIN_URL]!, `create database ${url.pathname.slice(1)}`);
  await migrateAsBefore(previousState('postgres'), url.href);
  client = new pg.Client({ connectionString: url.href });
  await client.connect();
  before = await columns();
  await migrate(url.href);
});
afterAll(() => client.end());

it('PostgreSQL takes every statement of the previous release, with parameters of the same types', async () => {
  const refused: string[] = [];
  for (const { name, text, parameters } of PREVIOUS) {
    try {
      await client.query(`prepare "${name}" as ${text}`);
      const { rows } = await client.query<{ types: string[] }>(
        'select parameter_types::text[] as types from pg_prepared_statements where name = $1',
        [name],
      );
      await client.query(`deallocate "${name}"`);
      const types = parameters.map(({ type }) => type);
      if (rows[0]!.types.join() !== types.join()) refused.push(`${name}: ${rows[0]!.types.join()}`);
    } catch (error) {
      refused.push(`${name}: ${(error as Error).message}`);
    }
  }
  expect(PREVIOUS.length).toBeGreaterThan(100);
  expect(refused).toEqual([]);
});

it('no column of the previous release is gone or has another type, and a new one needs no value', async () => {
  const after = new Map((await columns()).map((column) => [column.name, column]));
  const tables = new Set(before.map(({ table }) => table));
  const known = new Set(before.map(({ name }) => name));
  expect(
    before.filter(({ name, type, required }) => {
      const now = after.get(name);
      return now?.type !== type || (now.required && !required);
    }),
  ).toEqual([]);
  expect(
    [...after.values()].filter(
      ({ name, table, required }) => tables.has(table) && !known.has(name) && required,
    ),
  ).toEqual([]);
});

describe('one message', () => {
  type Release = 'the previous release' | 'this release';

  it.each<[Release, Release]>([
    ['the previous release', 'the previous release'],
    ['the previous release', 'this release'],
    ['this release', 'the previous release'],
  ])('is accepted by %s, answered by %s, and read by the previous release', async (accepts, answers) => {
    const { userId, roomId } = await newRoom();
    const replyId = randomUUID();
    const send = { ...sendTo(userId, roomId), replyId };
    expect(await run(accepts, SEND, send)).toMatchObject([{ outcome: 'accepted' }]);
    const claim = { id: replyId, generation: 1, now: new Date(), leaseMs: 60_000 };
    expect(await run(answers, CLAIM, claim)).toMatchObject([{ attempt: 1, chatroomId: roomId }]);
    await run(answers, FINISH, { ...finishWith({ id: replyId, attempt: 1 }), content: 'an answer' });
    const page = { roomId, userId, seq: 1_000, limit: 10 };
    expect(await runPrevious('messages-newest-before', page)).toMatchObject([
      { seq: 2, content: 'an answer', status: 'completed' },
      { seq: 1, content: 'hello' },
    ]);
    // The end has freed the slots of the room and of the user, for either release.
    const next = { ...sendTo(userId, roomId), replyId: randomUUID() };
    await run(answers, SEND, next);
    expect(await run(accepts, CLAIM, { ...claim, id: next.replyId })).toMatchObject([{ attempt: 1 }]);
  });

  const run = <P extends object>(release: Release, present: Statement<P>, values: P): Promise<object[]> =>
    release === 'this release'
      ? client.query<object>(present.bind(values)).then(({ rows }) => rows)
      : runPrevious(present.name, values);
});

async function runPrevious(name: string, values: object): Promise<object[]> {
  const found = PREVIOUS.find((one) => one.name === name)!;
  const { rows } = await client.query<object>(found.text, valuesOf(found, values));
  return rows;
}

/** Parameters of `send` in both releases. */
const sendTo = (userId: string, roomId: string) => ({
  userId,
  roomId,
  messageId: randomUUID(),
  content: 'hello',
  roomName: '',
  idempotencyKey: null,
  fingerprint: null,
  basicLimit: null,
  proLimit: null,
  overRateLimit: false,
  requestId: null,
  traceContext: null,
  day: '2026-01-01',
  now: new Date(),
});

/** A user without limits, and a room that the previous release makes. */
async function newRoom(): Promise<{ userId: string; roomId: string }> {
  const [userId, roomId] = [randomUUID(), randomUUID()];
  await client.query(`insert into users (id, mobile_number, quota_key, tier) values ($1, $2, $3, 'basic')`, [
    userId,
    `+1${userId.slice(0, 8)}`,
    randomBytes(32),
  ]);
  const now = new Date();
  await runPrevious('room-insert', {
    id: roomId,
    userId,
    name: 'a room',
    nameSource: 'user',
    systemPrompt: null,
    model: null,
    lastActivityAt: now,
    createdAt: now,
    updatedAt: now,
  });
  return { userId, roomId };
}

interface Column {
  table: string;
  name: string;
  type: string;
  /** An insert that does not name the column fails. */
  required: boolean;
}

async function columns(): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select c.table_name as table, c.table_name || '.' || c.column_name as name, c.data_type as type,
            c.is_nullable = 'NO' and c.column_default is null and c.is_generated = 'NEVER' and c.is_identity = 'NO' as required
     from information_schema.columns c where c.table_schema = 'public' order by 1, 2`,
  );
  return rows;
}
