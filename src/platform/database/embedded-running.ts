import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseUrl } from './embedded-postgres.js';

/**
 * Where the embedded PostgreSQL of another process, the owner of `dataDir`, listens; null while it listens nowhere. From
 * the file that PostgreSQL keeps about itself: its fourth line is the port.
 */
export async function runningEmbeddedUrl(dataDir: string): Promise<string | null> {
  try {
    const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim();
    const [, , , port] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
    return databaseUrl(password, Number(port));
  } catch {
    return null;
  }
}
