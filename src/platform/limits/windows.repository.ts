import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Environment } from '../config/environment.js';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { PURGE_BATCH, purgeInBatches } from '../maintenance/chores.js';

/** A counter and its window: hits of one key in a window that begins with the first hit. */
export interface WindowKey {
  scope: string;
  /** Keyed hash of the counted value, so that the table shows no number or address. */
  key: Buffer;
  windowSeconds: number;
}

/** The state of a window. */
export interface WindowState {
  hits: number;
  windowEndsAt: Date;
}

/** At most `max` hits of a key in its window. */
export interface WindowLimit extends WindowKey {
  max: number;
  /** The environment variable that sets `max`, if one does. */
  liftedBy?: keyof Environment;
}

/** Thrown when a counter is full; rolls its transaction back. */
export class LimitReached extends Error {
  /**
   * @param limit the first one that was full
   * @param endsAt when all full counters have room again
   */
  constructor(
    readonly limit: WindowLimit,
    readonly endsAt: Date,
  ) {
    super('a limit is reached');
    this.name = 'LimitReached';
  }
}

/**
 * The table limit_counters: windows that hold under any concurrency and across processes, because the statement that
 * counts also refuses (never read-then-write). It costs one durable write a hit: for limits that must be exact, not for
 * requests a minute (request-counters.ts).
 */
@Injectable()
export class WindowsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes one hit of every limit, or none. Callers give limits in the same order of scopes, since two requests that
   * wait for each other's rows would deadlock.
   * @param manager of a transaction that is rolled back when this throws; a single limit needs none
   * @returns the state of each window with this hit
   * @throws LimitReached
   */
  async take(limits: WindowLimit[], now: Date, manager?: EntityManager): Promise<WindowState[]> {
    if (limits.length > 1 && !manager) throw new Error('several limits need one transaction');
    const taken: WindowState[] = [];
    for (const [index, limit] of limits.entries()) {
      const { scope, key, max, windowSeconds } = limit;
      const hit = await this.database.one(HIT, { scope, key, now, windowSeconds, max }, manager);
      // Earlier limits had room. Among this one and the rest, the window that is full for longest decides the retry
      // time.
      if (!hit) throw new LimitReached(limit, await this.fullUntil(limits.slice(index), now, manager));
      taken.push(hit);
    }
    return taken;
  }

  /**
   * Locks windows in the given order and returns their hits; an ended window restarts. The caller decides, and calls
   * {@link add} in the same transaction.
   */
  async lock(counters: WindowKey[], now: Date, manager: EntityManager): Promise<WindowState[]> {
    const rows = await this.database.run(
      LOCK,
      {
        scopes: counters.map(({ scope }) => scope),
        keys: counters.map(({ key }) => key),
        now,
        seconds: counters.map(({ windowSeconds }) => windowSeconds),
      },
      manager,
    );
    const byScope = new Map(rows.map((row) => [row.scope, row]));
    return counters.map(({ scope }) => byScope.get(scope)!);
  }

  /** Adds to locked counters. Adding zero costs the same. */
  async add(counters: WindowKey[], hits: number[], manager: EntityManager): Promise<void> {
    const scopes = counters.map(({ scope }) => scope);
    await this.database.run(ADD, { scopes, keys: counters.map(({ key }) => key), hits }, manager);
  }

  /** Returns one hit of every limit: the guess was right, or nothing was sent. */
  async giveBack(limits: Pick<WindowKey, 'scope' | 'key'>[], manager?: EntityManager): Promise<void> {
    for (const { scope, key } of limits) await this.database.run(GIVE_BACK, { scope, key }, manager);
  }

  /** Deletes ended windows. Index limit_counters_window_ends_at_idx. */
  async purge(now: Date): Promise<void> {
    await purgeInBatches(() => this.database.run(PURGE, { now, limit: PURGE_BATCH }));
  }

  private async fullUntil(limits: WindowLimit[], now: Date, manager?: EntityManager): Promise<Date> {
    const [row] = await this.database.run(
      FULL_UNTIL,
      {
        scopes: limits.map(({ scope }) => scope),
        keys: limits.map(({ key }) => key),
        maxima: limits.map(({ max }) => max),
        now,
        seconds: limits.map(({ windowSeconds }) => windowSeconds),
      },
      manager,
    );
    return row?.endsAt ?? now;
  }
}

/**
 * Primary key limit_counters_pkey. An ended window restarts with this hit. So does a window that ends later than
 * possible: it was started by a clock that has been set back since. Clocks of processes differ by less than this.
 */
const CLOCKS_DIFFER = `interval '5 minutes'`;
const OVER = `(c.window_ends_at <= :now or c.window_ends_at > excluded.window_ends_at + ${CLOCKS_DIFFER})`;
const HIT = statement<
  { scope: string; key: Buffer; now: Date; windowSeconds: number; max: number },
  WindowState
>(
  'limit-hit',
  `
    insert into limit_counters as c (scope, key, hits, window_ends_at)
    values (:scope, :key, 1, :now::timestamptz + make_interval(secs => :windowSeconds))
    on conflict on constraint limit_counters_pkey do update set
      hits = case when ${OVER} then 1 else c.hits + 1 end,
      window_ends_at = case when ${OVER} then excluded.window_ends_at else c.window_ends_at end
    where ${OVER} or c.hits < :max
    returning c.hits, c.window_ends_at as "windowEndsAt"`,
);
/** Each scope occurs once. The order of the input is the order of locks. */
const LOCK = statement<
  { scopes: string[]; keys: Buffer[]; now: Date; seconds: number[] },
  WindowState & { scope: string }
>(
  'limits-lock',
  `
    insert into limit_counters as c (scope, key, hits, window_ends_at)
    select l.scope, l.key, 0, :now::timestamptz + make_interval(secs => l.seconds)
    from unnest(:scopes::text[], :keys::bytea[], :seconds::int[]) with ordinality as l (scope, key, seconds, nth)
    order by l.nth
    on conflict on constraint limit_counters_pkey do update set
      hits = case when ${OVER} then 0 else c.hits end,
      window_ends_at = case when ${OVER} then excluded.window_ends_at else c.window_ends_at end
    returning c.scope, c.hits, c.window_ends_at as "windowEndsAt"`,
);
const ADD = statement<{ scopes: string[]; keys: Buffer[]; hits: number[] }>(
  'limits-add',
  `update limit_counters c set hits = c.hits + l.hits
         from unnest(:scopes::text[], :keys::bytea[], :hits::int[]) as l (scope, key, hits)
         where c.scope = l.scope and c.key = l.key`,
);
const FULL_UNTIL = statement<
  { scopes: string[]; keys: Buffer[]; maxima: number[]; now: Date; seconds: number[] },
  { endsAt: Date | null }
>(
  'limit-full-until',
  `
    select max(c.window_ends_at) as "endsAt"
    from unnest(:scopes::text[], :keys::bytea[], :maxima::int[], :seconds::int[]) as l (scope, key, max, seconds)
    join limit_counters c on c.scope = l.scope and c.key = l.key
    where c.hits >= l.max and c.window_ends_at > :now and c.window_ends_at <= :now + make_interval(secs => l.seconds) + ${CLOCKS_DIFFER}`,
);
const GIVE_BACK = statement<{ scope: string; key: Buffer }>(
  'limit-give-back',
  'update limit_counters set hits = hits - 1 where scope = :scope and key = :key and hits > 0',
);
const PURGE = statement<{ now: Date; limit: number }>(
  'limits-purge',
  `delete from limit_counters where (scope, key) in
           (select scope, key from limit_counters where window_ends_at < :now limit :limit) and window_ends_at < :now
         returning 1`,
);
