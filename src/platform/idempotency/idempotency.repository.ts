import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import type { Idempotency } from './idempotency.js';
import { Problem, retryAfter } from '../problem/problem.js';

/** How long a key is remembered (contract). */
export const KEEP = `interval '24 hours'`;

/** SQL expressions, usually parameters, of what a claim is made of. */
interface Claim {
  userId: string;
  key: string;
  fingerprint: string;
  resourceId: string;
  now: string;
}

/**
 * Common table expression `claimed` of the one statement that makes something under an Idempotency-Key: it has one row
 * when the key is new (or older than 24 h) and none when it belongs to an earlier request, so `insert … from claimed`
 * makes the thing and keeps the key together or not at all. Then {@link IdempotencyRepository.find} tells the rest.
 *
 * The unique index idempotency_keys_pkey makes a parallel twin wait until the first request's transaction ends;
 * lock_timeout bounds that wait (platform/database/data-source.ts).
 */
export const CLAIM_IDEMPOTENCY_KEY = ({ userId, key, fingerprint, resourceId, now }: Claim): string => `
  claimed as (
    insert into idempotency_keys as known (user_id, key, fingerprint, resource_id, created_at)
    select ${userId}::uuid, ${key}::text, ${fingerprint}::bytea, ${resourceId}::uuid, ${now}::timestamptz
    on conflict on constraint idempotency_keys_pkey do update
      set fingerprint = excluded.fingerprint, resource_id = excluded.resource_id, created_at = excluded.created_at
      where known.created_at <= excluded.created_at - ${KEEP}
    returning known.resource_id
  )`;

/** SQLSTATE lock_not_available: the twin was still not done. */
const LOCK_NOT_AVAILABLE = '55P03';

/** What became of earlier requests with an Idempotency-Key. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: Database) {}

  /**
   * Keeps a key for something that is there already.
   * @returns false when an equal request has kept it before
   * @throws Problem `idempotency_key_reused`, `idempotency_in_progress`; `session_ended` when the account is gone
   */
  async keep(userId: string, idempotency: Idempotency, resourceId: string, now: Date): Promise<boolean> {
    const { key, fingerprint } = idempotency;
    const parameters = { userId, key, fingerprint, resourceId, now };
    const kept = await this.database.run(KEEP_KEY, parameters).catch((error: { constraint?: string }) => {
      // The account was deleted a moment ago.
      if (error.constraint === 'idempotency_keys_user_id_fkey') throw new Problem('session_ended');
      throw twinProblem(error);
    });
    return kept.length > 0 || (await this.find(userId, idempotency, now)) === null;
  }

  /**
   * What an earlier request with this key made; null for a key that is new.
   * @throws Problem `idempotency_key_reused` when that request was another one
   */
  async find(userId: string, { key, fingerprint }: Idempotency, now: Date): Promise<string | null> {
    const known = await this.database.one(FIND, { userId, key, now });
    if (!known) return null;
    if (!known.fingerprint.equals(fingerprint)) throw new Problem('idempotency_key_reused');
    return known.resourceId;
  }
}

/** A claim that waited in vain becomes the problem that says so; every other error stays what it is. */
export function twinProblem(error: unknown): unknown {
  return (error as { code?: string } | null)?.code === LOCK_NOT_AVAILABLE
    ? new Problem('idempotency_in_progress', undefined, { headers: retryAfter(1) })
    : error;
}

/** Primary key idempotency_keys_pkey. */
const FIND = statement<
  { userId: string; key: string; now: Date },
  { fingerprint: Buffer; resourceId: string }
>(
  'idempotency-find',
  `select fingerprint, resource_id as "resourceId" from idempotency_keys
         where user_id = :userId and key = :key and created_at > :now::timestamptz - ${KEEP}`,
);

const KEEP_KEY = statement<{
  userId: string;
  key: string;
  fingerprint: Buffer;
  resourceId: string;
  now: Date;
}>(
  'idempotency-keep',
  `
    with ${CLAIM_IDEMPOTENCY_KEY({ userId: ':userId', key: ':key', fingerprint: ':fingerprint', resourceId: ':resourceId', now: ':now' })}
    select resource_id from claimed`,
);
