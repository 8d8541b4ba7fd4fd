import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseUrl, isPostgres } from './embedded-postgres.js';

/**
 * Where the embedded PostgreSQL of another process, the owner of `dataDir`, listens; null while none takes connections.
 * From the file that PostgreSQL keeps about itself: pid, data directory, start, port, socket, address, memory, status, a
 * line each (miscadmin.h of PostgreSQL).
 */
export async function runningEmbeddedUrl(dataDir: string): Promise<string | null> {
  try {
    const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim();
    const lines = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
    const [pid, , , port, , , , status] = lines.split('\n');
    const isUp = status?.trim() === 'ready' && (await isPostgres(Number(pid)));
    return isUp ? databaseUrl(password, Number(port)) : null;
  } catch {
    return null;
  }
}
