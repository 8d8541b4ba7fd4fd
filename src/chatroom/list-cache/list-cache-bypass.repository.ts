import { Injectable } from '@nestjs/common';
import { busNotify } from '../../platform/bus/bus.js';
import { Database } from '../../platform/database/database.js';
import { statement, type NoParameters } from '../../platform/database/statement.js';

/** A bypassed user, and when the bypass was recorded last. */
export interface Bypass {
  userId: string;
  /** Microseconds since the epoch on the database's clock; grows with every record. */
  stamp: number;
}

/** The list_cache_bypass table. Every change is published to all processes, in the order of the commits. */
@Injectable()
export class ListCacheBypassRepository {
  constructor(private readonly database: Database) {}

  /** Records a failed invalidation. @returns its stamp; null when the account is deleted */
  async insert(userId: string): Promise<number | null> {
    const row = await this.database.one(INSERT, { userId });
    return row?.stamp ?? null;
  }

  /** Deletes bypasses, except those recorded again meanwhile. */
  async remove(bypasses: Bypass[]): Promise<void> {
    await this.database.run(REMOVE, {
      userIds: bypasses.map(({ userId }) => userId),
      stamps: bypasses.map(({ stamp }) => stamp),
    });
  }

  /** All bypasses. Few, unless Redis is unavailable. */
  all(): Promise<Bypass[]> {
    return this.database.run(ALL, {});
  }
}

/** Exact in a double until the year 2255. */
const STAMP = '(extract(epoch from since) * 1000000)::float8';
const payload = (on: boolean) => `json_build_object('userId', user_id, 'on', ${on}, 'stamp', stamp)`;

/** Stamps use the database's clock, because they order events and must grow even when the sandbox's clock is moved. */
const INSERT = statement<{ userId: string }, { stamp: number }>(
  'list-cache-bypass-insert',
  `
    with noted as (
      insert into list_cache_bypass as known (user_id, since)
      select id, clock_timestamp() from users where id = :userId
      on conflict on constraint list_cache_bypass_pkey do update
        set since = greatest(excluded.since, known.since + interval '1 microsecond')
      returning user_id, ${STAMP} as stamp
    )
    select stamp, ${busNotify('cache.bypass', payload(true))} from noted`,
);

/** Primary key list_cache_bypass_pkey. */
const REMOVE = statement<{ userIds: string[]; stamps: number[] }>(
  'list-cache-bypass-remove',
  `
    with settled as (
      delete from list_cache_bypass known
      using unnest(:userIds::uuid[], :stamps::float8[]) as done (user_id, stamp)
      where known.user_id = done.user_id and ${STAMP} <= done.stamp
      returning done.user_id, done.stamp
    )
    select ${busNotify('cache.bypass', payload(false))} from settled`,
);

const ALL = statement<NoParameters, Bypass>(
  'list-cache-bypass-all',
  `select user_id as "userId", ${STAMP} as stamp from list_cache_bypass`,
);
