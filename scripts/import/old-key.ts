/**
 * Derives the key under which an old id is stored: a keyed hash, because the old id may be the mobile number and the
 * stored key outlives the account.
 */
export const oldKey = (kind: 'user' | 'room', oldId: string): string =>
  `pg_temp.old_key('${kind}', ${oldId})`;

/** Keeps the secret, 32 bytes as hexadecimal digits, in a session setting, because PostgreSQL may log statements. */
export const KEEP_SECRET = `select set_config('chat_import.secret', $1, false)`;

/** The function that hashes with the secret, for one session. */
export const MAKE_OLD_KEY = `
  create function pg_temp.old_key(kind text, old_id text) returns bytea stable language sql
  return sha256(decode(current_setting('chat_import.secret'), 'hex') || convert_to(kind || ':' || old_id, 'UTF8'))`;
