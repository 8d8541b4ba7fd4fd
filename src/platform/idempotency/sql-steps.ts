/** How long a key is remembered (contract). */
export const KEEP = `interval '24 hours'`;

/** What a statement with these steps is given beside its own. */
export interface KeyParameters {
  userId: string;
  idempotencyKey: string | null;
  fingerprint: Buffer | null;
  now: Date;
}

/**
 * The first form: an Idempotency-Key inside one statement, for hot paths, which have one round trip. `prior` has a row
 * where the key is known, and then the statement does nothing else; `recorded` keeps the key where something was made. A
 * parallel twin waits for the first one's locks, or fails on idempotency_keys_pkey: run the statement through
 * `IdempotencyKeys.alone`, which looks again then. Parameters: {@link KeyParameters}. Index: idempotency_keys_pkey.
 */
export const idempotencySteps = {
  /** An earlier request with this key, within 24 hours: it is answered before any limit. */
  prior: `
prior as (
  select fingerprint, resource_id from idempotency_keys
  where user_id = :userId and key = :idempotencyKey and created_at > :now::timestamptz - ${KEEP}
)`,

  /**
   * Keeps the key.
   * @param made step that has a row where something was made
   * @param resultId the parameter with the id of what a replay is answered from
   */
  recorded: (made: string, resultId: string): string => `
expired as (
  delete from idempotency_keys
  where user_id = :userId and key = :idempotencyKey and created_at <= :now::timestamptz - ${KEEP}
  returning 1
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select :userId, :idempotencyKey, :fingerprint, ${resultId}, :now
  from ${made}, (select count(*) from expired) as before where :idempotencyKey::text is not null
)`,
};
