import { readDatabaseUrl } from '../src/platform/config/read-config.js';
import { migrate, revertNewest } from '../src/platform/database/migrate.js';

// `npm run migrate` and `npm run migrate:revert`: DATABASE_URL is all that they look at.
const say = (line: string) => process.stdout.write(`${line}\n`);
const EX_USAGE = 64; // sysexits.h
const EX_CONFIG = 78;

const words = process.argv.slice(2);
if (words.length > 1 || (words[0] ?? '--revert') !== '--revert') {
  process.stderr.write('npm run migrate, or npm run migrate:revert: they take no words\n');
  process.exit(EX_USAGE);
}

const databaseUrl = readDatabaseUrl();
if (databaseUrl === null) {
  process.stderr.write(
    'DATABASE_URL: is empty. The embedded database is brought up to date by npm start itself.\n',
  );
  process.exit(EX_CONFIG);
}

if (words.length > 0) {
  const reverted = await revertNewest(databaseUrl);
  say(reverted === null ? 'Nothing to revert.' : `Reverted: ${reverted}`);
} else {
  const done = await migrate(databaseUrl);
  say(done.length === 0 ? 'The schema is up to date.' : `Migrated: ${done.join(', ')}`);
}
