import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { Problem, retryAfter } from '../problem/problem.js';
import type { Idempotency } from './idempotency.js';
import { KEEP } from './sql-steps.js';

/** SQLSTATE lock_not_available: the concurrent request has not ended in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** The table idempotency_keys. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: Database) {}

  /**
   * Records a key with the id of its resource; kept when the transaction commits. Waits for a concurrent transaction
   * with the same key, up to lock_timeout (platform/database/data-source.ts).
   * @returns false when the key belongs to an earlier request
   * @throws Problem `idempotency_in_progress`; `session_ended` when the account is gone
   */
  async claim(
    userId: string,
    { key, fingerprint }: Idempotency,
    resourceId: string,
    now: Date,
    manager?: EntityManager,
  ): Promise<boolean> {
    const parameters = { userId, key, fingerprint, resourceId, now };
    const claimed = await this.database.run(CLAIM, parameters, manager).catch((error: unknown) => {
      // The account has been deleted meanwhile.
      if ((error as { constraint?: string }).constraint === 'idempotency_keys_user_id_fkey')
        throw new Problem('session_ended');
      throw concurrentProblem(error);
    });
    return claimed.length > 0;
  }

  /**
   * The resource of an earlier request with this key; null for a new key.
   * @throws Problem `idempotency_key_reused` when that request was a different one
   */
  async find(userId: string, { key, fingerprint }: Idempotency, now: Date): Promise<string | null> {
    const known = await this.database.one(FIND, { userId, key, now });
    if (!known) return null;
    if (!known.fingerprint.equals(fingerprint)) throw new Problem('idempotency_key_reused');
    return known.resourceId;
  }
}

/** Maps the lock timeout to `idempotency_in_progress`; returns every other error unchanged. */
export function concurrentProblem(error: unknown): unknown {
  return (error as { code?: string } | null)?.code === LOCK_NOT_AVAILABLE ? inProgress() : error;
}

/** A concurrent request with the same key has not ended. */
export const inProgress = (): Problem =>
  new Problem('idempotency_in_progress', undefined, { headers: retryAfter(1) });

/** Primary key idempotency_keys_pkey. */
const FIND = statement<
  { userId: string; key: string; now: Date },
  { fingerprint: Buffer; resourceId: string }
>(
  'idempotency-find',
  `select fingerprint, resource_id as "resourceId" from idempotency_keys
         where user_id = :userId and key = :key and created_at > :now::timestamptz - ${KEEP}`,
);

/** One row when the key is new, or older than 24 hours. Primary key idempotency_keys_pkey. */
const CLAIM = statement<{
  userId: string;
  key: string;
  fingerprint: Buffer;
  resourceId: string;
  now: Date;
}>(
  'idempotency-claim',
  `
    insert into idempotency_keys as known (user_id, key, fingerprint, resource_id, created_at)
    values (:userId::uuid, :key::text, :fingerprint::bytea, :resourceId::uuid, :now::timestamptz)
    on conflict on constraint idempotency_keys_pkey do update
      set fingerprint = excluded.fingerprint, resource_id = excluded.resource_id, created_at = excluded.created_at
      where known.created_at <= excluded.created_at - ${KEEP}
    returning known.resource_id`,
);
