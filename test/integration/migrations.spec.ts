import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import pg from 'pg';
import { DataSource, getMetadataArgsStorage, type EntitySchema, type MixedList } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { migrate, MigrationBlocked, revertNewest } from '../../src/platform/database/migrate.js';
import { addPeople, type Person } from '../../bench/lab/people.js';
import { digestOf, functionFile } from '../../migrations/functions.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { eventually } from '../support/eventually.js';
import { admin, ADMIN_URL } from '../support/servers.js';
import { ROOT, sourceFiles } from '../tools/source-files.js';

const NAMES = MIGRATIONS.map(({ name }) => name);

it('every migration runs, reverts to nothing and runs again to the same schema', async () => {
  const url = await emptyDatabase();
  expect(await migrate(url)).toEqual(NAMES);
  const schema = await describeSchema(url);
  expect(schema.length).toBeGreaterThan(50);

  for (const name of NAMES.toReversed()) expect(await revertNewest(url)).toBe(name);
  expect(await revertNewest(url)).toBeNull();
  expect(await describeSchema(url)).toEqual([]);

  expect(await migrate(url)).toEqual(NAMES);
  expect(await describeSchema(url)).toEqual(schema);
  expect(await migrate(url)).toEqual([]);
});

it('two that migrate at once do it once', async () => {
  const url = await emptyDatabase();
  const both = await Promise.all([migrate(url), migrate(url)]);
  expect(both.flat()).toEqual(NAMES);
});

describe('a migration of a table that a long transaction uses', () => {
  /** A database before a migration that alters `messages`, and a transaction that reads that table. */
  async function usedDatabase() {
    const url = await emptyDatabase();
    await migrate(url);
    const pending: string[] = [];
    while (pending[0] !== 'RequestIds1798001000000') pending.unshift((await revertNewest(url))!);
    const user = new pg.Client({ connectionString: url });
    await user.connect();
    await user.query('begin; select from messages');
    return { url, pending, user };
  }

  it('holds up no other statement for longer than a request waits, and succeeds when the transaction has ended', async () => {
    const { url, pending, user } = await usedDatabase();
    const reader = new pg.Client({ connectionString: url, lock_timeout: 5000 });
    await reader.connect();
    const lines: string[] = [];
    const migrated = migrate(url, { say: (line) => lines.push(line), pauseMs: 1 });
    await eventually(
      async () =>
        (await reader.query(`select from pg_locks where mode = 'AccessExclusiveLock' and not granted`))
          .rowCount,
      (count) => count === 1,
    );
    await reader.query('select from messages');
    await user.query('commit');
    expect(await migrated).toEqual(pending);
    expect(lines[0]).toMatch(/^Another transaction holds a lock that the migration needs \(try 1 of 20\)/);
    await Promise.all([reader.end(), user.end()]);
  });

  it('waits for the lock also where the database limits statements to less', async () => {
    const { url, user } = await usedDatabase();
    await admin(url, `alter database ${new URL(url).pathname.slice(1)} set statement_timeout = '1s'`);
    await expect(migrate(url, { tries: 1 })).rejects.toBeInstanceOf(MigrationBlocked);
    await user.end();
  });

  it('is given up after the last try, and the schema stays as it was', async () => {
    const { url, pending, user } = await usedDatabase();
    await expect(migrate(url, { tries: 1 })).rejects.toBeInstanceOf(MigrationBlocked);
    await user.query('commit');
    expect(await migrate(url)).toEqual(pending);
    await user.end();
  });
});

it('siblings that an edit numbered twice are numbered again, in the order of their messages', async () => {
  const url = await emptyDatabase();
  await migrate(url);
  while ((await revertNewest(url)) !== 'SiblingsUnderLock1798009000000');
  const [
    {
      rooms: [room],
    },
  ] = (await addPeople(url, 1, 1)) as [Person];
  const branches = [
    [0, 'user', 1],
    [3, 'user', 2],
    [5, 'user', 2],
    [7, 'model', 2],
    [9, 'user', 3],
  ];
  for (const [branch, role, sibling] of branches)
    await admin(
      url,
      `insert into message_branches (chatroom_id, branch, parent_key, role, sibling, fork_seq, tip_seq)
       values ('${room}', ${branch}, '${room}', '${role}', ${sibling}, 0, ${branch})`,
    );
  await migrate(url);
  const found = await admin<{ sibling: number }>(url, 'select sibling from message_branches order by branch');
  expect(found.map(({ sibling }) => sibling)).toEqual([1, 2, 3, 2, 4]);
});

it('the entities describe the columns that the migrations make', async () => {
  const url = await emptyDatabase();
  await migrate(url);
  const dataSource = await new DataSource(
    dataSourceOptions({ url, poolMax: 2, applicationName: 'test' }, await entities()),
  ).initialize();
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(
      upQueries.map(({ query }) => query).filter((query) => !BELONGS_TO_THE_MIGRATIONS.test(query)),
    ).toEqual([]);
  } finally {
    await dataSource.destroy();
  }
});

/** Deletions scan these: their rows are purged an hour after they expire. */
const SMALL_TABLES = ['challenges'];

it('the deletion of a row finds the rows that refer to it by an index', async () => {
  const url = await emptyDatabase();
  await migrate(url);
  const keys = await admin<{ table: string; hasIndex: boolean }>(
    url,
    `select conrelid::regclass::text as table, exists (
       select from pg_index i where i.indrelid = conrelid and i.indkey[0] = conkey[1] and i.indpred is null
     ) as "hasIndex"
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  expect(keys.length).toBeGreaterThan(10);
  expect(keys.filter(({ hasIndex }) => !hasIndex).map(({ table }) => table)).toEqual(SMALL_TABLES);
});

const FUNCTIONS = readdirSync(resolve(ROOT, 'migrations/functions')).map((file) => file.replace('.sql', ''));

it('the functions of the database are those in migrations/functions, word by word', async () => {
  const url = await emptyDatabase();
  await migrate(url);
  const before = await definitions(url);
  expect(Object.keys(before)).toEqual(FUNCTIONS.toSorted());
  for (const name of FUNCTIONS) await admin(url, await functionFile(name));
  expect(await definitions(url)).toEqual(before);
});

it.each(FUNCTIONS)('%s: its newest migration brings the text that the file has', async (name) => {
  const calls = sourceFiles('migrations')
    .map((path) => readFileSync(path, 'utf8'))
    .flatMap((text) => [...text.matchAll(/createFunction\(\w+, '(\w+)', '(\w+)'\)/g)])
    .filter(([, called]) => called === name)
    .map(([, , digest]) => digest);
  expect(calls.at(-1)).toBe(digestOf(await functionFile(name)));
});

/** Our functions by their names. */
async function definitions(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; text: string }>(
      `select proname as name, pg_get_functiondef(oid) as text from pg_proc
       where pronamespace = 'public'::regnamespace order by proname`,
    );
    return Object.fromEntries(rows.map(({ name, text }) => [name, text]));
  } finally {
    await client.end();
  }
}

/**
 * Constraints, foreign keys and indexes that no entity names: they are written by hand, once, in the migrations, and
 * TypeORM would only like to drop them. One that an entity names must match: that shows as an ADD or a CREATE.
 */
const BELONGS_TO_THE_MIGRATIONS = /^(ALTER TABLE "\w+" DROP CONSTRAINT|DROP INDEX) /;

async function emptyDatabase(): Promise<string> {
  const url = new URL(process.env[ADMIN_URL]!);
  const name = `migrations_${randomBytes(6).toString('hex')}`;
  await admin(url.href, `create database ${name}`);
  url.pathname = `/${name}`;
  return url.href;
}

async function entities(): Promise<MixedList<EntitySchema | (new () => object)>> {
  for (const path of sourceFiles('src', '.entity.ts')) await import(path);
  const classes = getMetadataArgsStorage().tables.map(({ target }) => target as new () => object);
  expect(classes.length).toBeGreaterThan(0);
  return classes;
}

/** Columns, constraints, indexes, functions and triggers of our schema, one line each; BullMQ's and TypeORM's own tables are not ours. */
async function describeSchema(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(`
      select line from (
        select format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
          from information_schema.columns where table_schema = 'public' and table_name <> 'migrations'
        union all
        select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
          from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 'migrations'::regclass
        union all
        select indexdef from pg_indexes where schemaname = 'public' and tablename <> 'migrations'
        union all
        select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
        union all
        select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
          where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
      ) as everything (line) order by line`);
    return rows.map(({ line }) => line);
  } finally {
    await client.end();
  }
}
