import { ConfigError } from './config-error.js';
import { loadConfig, loadDatabaseUrl, type Config } from './config.js';
import { embeddedSecret } from './embedded-secret.js';

/**
 * The configuration of this process, from its environment and `.env`; prints the faults and exits when it is unusable.
 */
export function readConfig(): Config {
  loadEnvFile();
  return orExit(() => loadConfig(process.env, { embeddedSecret }));
}

/**
 * The same configuration, or its faults, for a command that reports them. It creates no secret: where the embedded database
 * would generate one, the secret is empty.
 */
export function tryReadConfig(environment: NodeJS.ProcessEnv = process.env): Config | ConfigError {
  loadEnvFile();
  try {
    return loadConfig(environment, { embeddedSecret: () => '' });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** DATABASE_URL alone, for commands that need the database and no other variable; null when it is empty. */
export function readDatabaseUrl(): string | null {
  loadEnvFile();
  return orExit(() => loadDatabaseUrl(process.env));
}

/** Reads `.env`, except with NODE_ENV=test, because tests must not depend on the machine. */
function loadEnvFile(): void {
  if (process.env.NODE_ENV === 'test') return;
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const EX_CONFIG = 78; // sysexits.h

function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EX_CONFIG);
  }
}
