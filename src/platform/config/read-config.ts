import { ConfigError } from './config-error.js';
import { loadConfig, type Config } from './config.js';
import { embeddedSecret } from './embedded-secret.js';

/** The configuration of this process, from its environment and `.env`; prints what is wrong and exits when it cannot be used. */
export function readConfig(): Config {
  try {
    process.loadEnvFile?.();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    return loadConfig(process.env, { embeddedSecret });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG of sysexits.h
  }
}
