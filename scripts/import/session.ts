import type pg from 'pg';
import { createClient } from '../../src/platform/database/connections.js';
import type { Keys } from '../../src/platform/crypto/keys.js';
import { KEEP_SECRET, MAKE_OLD_KEY } from './old-key.js';
import { MAKE_STAGING } from './staging.statements.js';

/** Memory for sorts and index builds of a million rows; only this session uses it. */
const WORK_MEM = '64MB';
/** Longest wait for a room that a user writes to, and for the end of an import that was just killed. */
const LOCK_TIMEOUT = '10s';
/** 'impo' as a number. Two concurrent imports would not see each other's plans. */
const LOCK = 1_768_779_887;

/** Another import runs on this database. */
export class ImportRunning extends Error {
  constructor() {
    super('Another import runs on this database. Wait until it has ended.');
  }
}

/**
 * Opens the session of an import, with empty temporary tables and without a statement timeout.
 * @throws ImportRunning
 */
export async function openSession(url: string, keys: Keys): Promise<pg.Client> {
  const client = createClient({ connectionString: url, application_name: 'chat-import', keepAlive: true });
  await client.connect();
  try {
    await client.query(`set lock_timeout = '${LOCK_TIMEOUT}'; set work_mem = '${WORK_MEM}'; set jit = off`);
    await client.query('select pg_advisory_lock($1)', [LOCK]).catch((error: { code?: string }) => {
      throw error.code === '55P03' ? new ImportRunning() : error;
    });
    await client.query(MAKE_STAGING);
    await client.query(KEEP_SECRET, [keys.hmac('import-hash', 'old-id').toString('hex')]);
    await client.query(MAKE_OLD_KEY);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}
