/**
 * What an old id is remembered by. A hash under a key of ours: an old backend may have used the number itself, and what is
 * remembered outlives the account.
 */
export const oldKey = (kind: 'user' | 'room', oldId: string): string =>
  `pg_temp.old_key('${kind}', ${oldId})`;

/** The function behind it, for one session. @param secret of 32 bytes */
export const makeOldKey = (secret: Buffer): string => `
  create function pg_temp.old_key(kind text, old_id text) returns bytea stable language sql
  return sha256('\\x${secret.toString('hex')}'::bytea || convert_to(kind || ':' || old_id, 'UTF8'))`;
