/** How long a key is kept. */
export const KEEP = `interval '24 hours'`;

/** Parameters of these steps, in addition to the statement's own. */
export interface KeyParameters {
  userId: string;
  idempotencyKey: string | null;
  fingerprint: Buffer | null;
  now: Date;
}

/**
 * Steps that put an Idempotency-Key into one statement, for hot routes with one round trip. `prior` has a row where the
 * key is known, and then the statement does nothing else; `recorded` keeps the key where a resource was made. A
 * concurrent request waits for the locks of the first, or fails on idempotency_keys_pkey: run the statement through
 * `IdempotencyKeys.runWithSteps`, which runs it again then. Parameters: {@link KeyParameters}. Index:
 * idempotency_keys_pkey.
 */
export const idempotencySteps = {
  /** An earlier request with this key, within 24 hours; it is answered before any limit. */
  prior: `
prior as (
  select fingerprint, resource_id from idempotency_keys
  where user_id = :userId and key = :idempotencyKey and created_at > :now::timestamptz - ${KEEP}
)`,

  /**
   * Keeps the key.
   * @param made the step that has a row where a resource was made
   * @param resultId the parameter with the id that a replay is answered from
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
