import type pg from 'pg';
import type { Tier } from '../../src/platform/config/tier.js';
import { roomNameFrom } from '../../src/messages/send/room-name.js';
import * as sql from './apply.statements.js';
import { BATCH_ROWS, type Plan } from './check.js';

/** Inputs of the writing. */
export interface Writing {
  source: string;
  now: Date;
  tier: Tier;
  /** True where a cache may hold lists that become stale. */
  tellCaches: boolean;
  progress: (rows: number) => void;
}

/** Counts of written rows. */
export interface Written {
  accounts: number;
  /** Old users whose number already had an account, or one of an earlier row. */
  joined: number;
  rooms: number;
  messages: number;
  /** Rooms that were used here after their import. */
  continuedRooms: number;
}

/** Writes the plan, one transaction per batch. A batch never divides a room, so every room is complete at each commit. */
export async function apply(client: pg.Client, plan: Plan, writing: Writing): Promise<Written> {
  const written: Written = { accounts: 0, joined: 0, rooms: 0, messages: 0, continuedRooms: 0 };
  for (let after = 0; after < plan.messages.lastUserLine; after += BATCH_ROWS) {
    await inTransaction(client, () => addUsers(client, after, writing, written));
    writing.progress(written.accounts + written.joined);
  }
  for (let batch = 1; batch <= plan.messages.batches; batch += 1) {
    await inTransaction(client, () => addRooms(client, batch, writing, written));
    writing.progress(written.accounts + written.joined + written.rooms + written.messages);
  }
  return written;
}

async function addUsers(
  client: pg.Client,
  after: number,
  { source, tier }: Writing,
  written: Written,
): Promise<void> {
  const lines = [source, after, after + BATCH_ROWS];
  const made = await client.query(sql.INSERT_USERS, [...lines, tier]);
  const remembered = await client.query(sql.REMEMBER_USERS, lines);
  written.accounts += made.rowCount ?? 0;
  written.joined += (remembered.rowCount ?? 0) - (made.rowCount ?? 0);
}

async function addRooms(
  client: pg.Client,
  batch: number,
  { source, now, tellCaches }: Writing,
  written: Written,
): Promise<void> {
  await client.query(sql.LOCK_ROOMS, [batch]);
  const rooms = await client.query(sql.INSERT_ROOMS, [source, batch, now]);
  const messages = await client.query(sql.INSERT_MESSAGES, [batch]);
  await client.query(sql.SETTLE_LATE_ANSWERS, [batch]);
  await nameRooms(client, batch);
  const { rows } = await client.query<{ count: number }>(sql.COUNT_CONTINUED_ROOMS, [batch]);
  if (tellCaches) await client.query(sql.BYPASS_LISTS, [batch]);
  written.rooms += rooms.rowCount ?? 0;
  written.messages += messages.rowCount ?? 0;
  written.continuedRooms += rows[0]!.count;
}

/** Names rooms from their first message, as sending it here would have done. */
async function nameRooms(client: pg.Client, batch: number): Promise<void> {
  const { rows } = await client.query<{ id: string; content: string }>(sql.UNNAMED_ROOMS, [batch]);
  if (rows.length === 0) return;
  await client.query(sql.NAME_ROOMS, [
    rows.map(({ id }) => id),
    rows.map(({ content }) => roomNameFrom(content)),
  ]);
}

async function inTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
