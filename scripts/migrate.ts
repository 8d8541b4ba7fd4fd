import { readDatabaseUrl } from '../src/platform/config/read-config.js';
import { migrate, revertNewest } from '../src/platform/database/migrate.js';

// `npm run migrate` and `npm run migrate:revert`: DATABASE_URL is all that they look at.
const say = (line: string) => process.stdout.write(`${line}\n`);
const EX_CONFIG = 78; // sysexits.h

const databaseUrl = readDatabaseUrl();
if (databaseUrl === null) {
  process.stderr.write(
    'DATABASE_URL: is empty. The embedded database is brought up to date by npm start itself.\n',
  );
  process.exit(EX_CONFIG);
}

if (process.argv.includes('--revert')) {
  const reverted = await revertNewest(databaseUrl);
  say(reverted === null ? 'Nothing to revert.' : `Reverted: ${reverted}`);
} else {
  const done = await migrate(databaseUrl);
  say(done.length === 0 ? 'The schema is up to date.' : `Migrated: ${done.join(', ')}`);
}
