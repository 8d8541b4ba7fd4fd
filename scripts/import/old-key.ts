/**
 * What an old id is remembered by. A hash under a key of ours: an old backend may have used the number itself, and what is
 * remembered outlives the account.
 */
export const oldKey = (kind: 'user' | 'room', oldId: string): string =>
  `pg_temp.old_key('${kind}', ${oldId})`;

/** Keeps the secret, 32 bytes as hexadecimal digits, in the session: not in a text that PostgreSQL may log. */
export const KEEP_SECRET = `select set_config('chat_import.secret', $1, false)`;

/** The function behind it, for one session. */
export const MAKE_OLD_KEY = `
  create function pg_temp.old_key(kind text, old_id text) returns bytea stable language sql
  return sha256(decode(current_setting('chat_import.secret'), 'hex') || convert_to(kind || ':' || old_id, 'UTF8'))`;
