import { EX_CONFIG, EX_USAGE } from './command-context.js';

// `npm run migrate` and `npm run migrate:revert`. They read only DATABASE_URL.
const words = process.argv.slice(2);
if (words.length > 1 || (words[0] ?? '--revert') !== '--revert') {
  process.stderr.write('Run npm run migrate or npm run migrate:revert, without arguments.\n');
  process.exit(EX_USAGE);
}

const { readDatabaseUrl } = await import('../src/platform/config/read-config.js');
const databaseUrl = readDatabaseUrl();
if (databaseUrl === null) {
  process.stderr.write('DATABASE_URL is empty. npm start migrates the embedded database by itself.\n');
  process.exit(EX_CONFIG);
}

const { runMigrate } = await import('./migrate/run-migrate.js');
const direction = words.length > 0 ? 'revert' : 'migrate';
process.exit(await runMigrate(databaseUrl, direction, { out: process.stdout, err: process.stderr }));
