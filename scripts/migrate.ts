import { readDatabaseUrl } from '../src/platform/config/read-config.js';
import { migrate, MigrationBlocked, revertNewest } from '../src/platform/database/migrate.js';

// `npm run migrate` and `npm run migrate:revert`. They read only DATABASE_URL.
const say = (line: string) => process.stdout.write(`${line}\n`);
const EX_USAGE = 64; // sysexits.h
const EX_CONFIG = 78;
const EX_TEMPFAIL = 75;

const words = process.argv.slice(2);
if (words.length > 1 || (words[0] ?? '--revert') !== '--revert') {
  process.stderr.write('Run npm run migrate or npm run migrate:revert, without arguments.\n');
  process.exit(EX_USAGE);
}

const databaseUrl = readDatabaseUrl();
if (databaseUrl === null) {
  process.stderr.write('DATABASE_URL is empty. npm start migrates the embedded database by itself.\n');
  process.exit(EX_CONFIG);
}

try {
  if (words.length > 0) {
    const reverted = await revertNewest(databaseUrl, { say });
    say(reverted === null ? 'Nothing to revert.' : `Reverted: ${reverted}`);
  } else {
    const done = await migrate(databaseUrl, { say });
    say(done.length === 0 ? 'The schema is up to date.' : `Migrated: ${done.join(', ')}`);
  }
} catch (error) {
  if (!(error instanceof MigrationBlocked)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(EX_TEMPFAIL);
}
