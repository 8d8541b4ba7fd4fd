import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';

const SECRET_BYTES = 48;
/** The same minimum as for JWT_SECRET. */
const LEAST_CHARACTERS = 32;

/**
 * Reads the generated secret of embedded mode; creates it (mode 0600) at the first start.
 * @throws ConfigError when DATA_DIR cannot be used, or its file holds no secret: keys derived from an empty one could
 * be guessed
 */
export function embeddedSecret(dataDir: string): string {
  const secret = readOrMake(dataDir);
  if (secret.length < LEAST_CHARACTERS)
    throw new ConfigError([
      { name: 'DATA_DIR', message: 'its file jwt-secret holds no secret; delete the file for a new one' },
    ]);
  return secret;
}

function readOrMake(dataDir: string): string {
  const path = join(dataDir, 'jwt-secret');
  try {
    mkdirSync(dataDir, { recursive: true });
    // `wx`: of two processes that start at once, one creates the file and both read it.
    writeFileSync(path, randomBytes(SECRET_BYTES).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST')
      throw new ConfigError([{ name: 'DATA_DIR', message: `cannot be written (${code})` }]);
  }
  return readFileSync(path, 'utf8').trim();
}
