import type pg from 'pg';
import * as checks from './check.statements.js';
import * as plans from './plan.statements.js';
import { FILE_KINDS, type FileKind } from './arguments.js';
import { INDEX_STAGING } from './staging.statements.js';

/** Counts of rows to write and of existing rows. */
export interface Plan {
  /** `gone`, here and below: deleted here since, by itself or with its account. */
  users: { staged: number; known: number; gone: number };
  rooms: { staged: number; known: number; gone: number };
  messages: { fresh: number; placed: number; gone: number; batches: number; lastUserLine: number };
}

/**
 * Rows per transaction. A user who sends a message at that moment waits for about this many rows. Fewer rows cost more
 * commits, more rows gain nothing.
 */
export const BATCH_ROWS = 5_000;
/** Rejected rows in memory at a time. */
const PAGE = 1_000;

/** The checks, in order: each sees the rows that the earlier ones have left. Each with its parameters. */
const STEPS = (source: string): [statement: string, ...values: unknown[]][] => [
  ...FILE_KINDS.map((kind): [string] => [checks.takeOutRejected(kind)]),
  [INDEX_STAGING],
  [checks.REJECT_REPEATED_USERS],
  [checks.REJECT_REPEATED_ROOMS],
  [checks.REJECT_USERS_OF_MOVED_NUMBERS, source],
  [checks.REJECT_ROOMS_WITHOUT_USER, source],
  [checks.RECOGNISE_ROOMS, source],
  [checks.ADD_EARLIER_ROOMS, source],
  [checks.LEAVE_OUT_DELETED, source],
  [checks.REJECT_ROOMS_PAST_LIMIT, source],
  [checks.REJECT_MESSAGES_WITHOUT_ROOM],
  [plans.PLACE_MESSAGES],
  [plans.INDEX_TURNS],
  [plans.REJECT_REPEATED_MESSAGES],
  [plans.ANSWER_TURNS],
  [plans.REJECT_ANSWERS_WITHOUT_MESSAGE],
  [plans.PLAN_MESSAGES],
  [plans.ASSIGN_BATCHES, BATCH_ROWS],
  [plans.INDEX_BATCHES],
];

/**
 * Compares the staged rows with each other and with existing rows, and plans the writing. Only temporary tables change.
 */
export async function makePlan(
  client: pg.Client,
  source: string,
  progress: (done: number, of: number) => void,
): Promise<Plan> {
  const steps = STEPS(source);
  for (const [at, [statement, ...values]] of steps.entries()) {
    // A text without parameters may contain several statements.
    await (values.length > 0 ? client.query(statement, values) : client.query(statement));
    progress(at + 1, steps.length);
  }
  return {
    users: await one(client, checks.COUNT_USERS, [source]),
    rooms: await one(client, checks.COUNT_ROOMS),
    messages: await one(client, checks.COUNT_MESSAGES),
  };
}

/** Rejected rows, by file and line, a page at a time. */
export async function* rejectedRows(
  client: pg.Client,
): AsyncGenerator<{ kind: FileKind; line: number; reason: string }> {
  for (let [kind, line] = ['', 0]; ;) {
    const { rows } = await client.query<{ kind: FileKind; line: number; reason: string }>(
      checks.LIST_REJECTED,
      [kind, line, PAGE],
    );
    yield* rows;
    if (rows.length < PAGE) return;
    ({ kind, line } = rows.at(-1)!);
  }
}

async function one<T extends pg.QueryResultRow>(
  client: pg.Client,
  sql: string,
  values?: unknown[],
): Promise<T> {
  const { rows } = await client.query<T>(sql, values);
  return rows[0]!;
}
