import { MIGRATIONS } from '../../migrations/index.js';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { runMigrate } from '../../scripts/migrate/run-migrate.js';
import { revertNewest } from '../../src/platform/database/migrate.js';
import { Collected } from '../support/collected.js';
import { programPath } from '../support/processes.js';
import { runProgram } from '../support/product.js';
import { admin, ADMIN_URL } from '../support/servers.js';

interface Ended {
  code: number | null;
  output: string;
}

/** Runs `npm run migrate`'s program with DATABASE_URL alone. */
const migrate = (databaseUrl: string, ...flags: string[]): Promise<Ended> =>
  run('migrate', databaseUrl, ...flags);

/** Runs a program of `scripts` with DATABASE_URL alone. */
function run(program: string, databaseUrl: string, ...flags: string[]): Promise<Ended> {
  const script = programPath(`scripts/${program}`);
  return new Promise((resolve) => {
    const options = { cwd: tmpdir(), env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl } };
    const child = execFile(process.execPath, [script, ...flags], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}

/** Runs `npm run migrate` in this process. */
async function here(databaseUrl: string, direction: 'migrate' | 'revert'): Promise<Ended> {
  const output = new Collected();
  const code = await runMigrate(databaseUrl, direction, { out: output, err: output });
  return { code, output: output.text };
}

async function emptyDatabase(): Promise<string> {
  const url = new URL(process.env[ADMIN_URL]!);
  url.pathname = `/commands_${randomBytes(6).toString('hex')}`;
  await admin(process.env[ADMIN_URL]!, `create database ${url.pathname.slice(1)}`);
  return url.href;
}

it('migrate says what it did, does nothing the second time, and can be reverted', async () => {
  const url = await emptyDatabase();
  expect(await migrate(url)).toEqual({ code: 0, output: expect.stringMatching(/^Migrated: \w+/) });
  // From here on partly in this process: a process a call would be most of what this file costs.
  expect(await here(url, 'migrate')).toEqual({ code: 0, output: 'The schema is up to date.\n' });
  const [newest, ...older] = MIGRATIONS.map(({ name }) => name).toReversed();
  expect(await migrate(url, '--revert')).toEqual({ code: 0, output: `Reverted: ${newest}\n` });
  for (const name of older) expect(await revertNewest(url)).toBe(name);
  expect(await here(url, 'revert')).toEqual({ code: 0, output: 'Nothing to revert.\n' });
});

it.each([
  ['migrate', ['--help']],
  ['migrate', ['--revert', '--help']],
  ['billing', ['reconcile', '--help']],
  ['billing', ['replay', '--help']],
  ['import', ['--help']],
  ['admin', ['grant', '--help']],
])('asked for help, %s %j says how it is called and does nothing', async (program, words) => {
  expect(await run(program, 'postgresql://no-user@127.0.0.1:1/none', ...words)).toEqual({
    code: 64,
    output: expect.stringContaining('npm run '),
  });
});

it('migrate without DATABASE_URL says that npm start migrates the embedded database', async () => {
  expect(await migrate('')).toEqual({
    code: 78,
    output: expect.stringContaining('npm start migrates the embedded database'),
  });
  expect(await migrate('mysql://db/chat')).toEqual({
    code: 78,
    output: expect.stringContaining('DATABASE_URL:'),
  });
});

it('a separate worker requires DATABASE_URL', async () => {
  const { code, output } = await runProgram('worker', { NODE_ENV: 'test' });
  expect([code, output]).toEqual([78, expect.stringContaining('DATABASE_URL: is required for a worker')]);
});
