import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { newDatabase } from './processes.js';

/** The data of a database at one moment. */
interface Backup {
  tables: { name: string; columns: string; rows: Buffer }[];
  sequences: { name: string; value: string }[];
}

/** Written by the migrations. */
const NOT_DATA = /^(public\.migrations|bullmq\.\w*migrations?)$/;

/**
 * Reads all rows in one snapshot, as `pg_dump` does, while the product writes. The embedded PostgreSQL comes without
 * `pg_dump`, and that of a distribution refuses a newer server.
 */
export async function backUp(databaseUrl: string): Promise<Backup> {
  const client = await connect(databaseUrl);
  await client.query('begin isolation level repeatable read read only');
  const { rows: tables } = await client.query<{ name: string; columns: string }>(
    `select format('%I.%I', nspname, relname) as name,
            (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
             where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns
     from pg_class c join pg_namespace n on n.oid = relnamespace
     where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const found: Backup = { tables: [], sequences: [] };
  for (const { name, columns } of tables.filter((table) => !NOT_DATA.test(table.name))) {
    const stream = client.query(copyTo(`copy ${name} (${columns}) to stdout (format binary)`));
    found.tables.push({ name, columns, rows: await buffer(stream) });
  }
  const { rows: sequences } = await client.query<{ name: string; value: string }>(
    `select format('%I.%I', schemaname, sequencename) as name, last_value::text as value
     from pg_sequences where last_value is not null`,
  );
  await client.end();
  return { ...found, sequences };
}

/** Restores into an empty, migrated database. @returns its URL */
export async function restore({ tables, sequences }: Backup): Promise<string> {
  const databaseUrl = await newDatabase();
  const client = await connect(databaseUrl);
  await client.query('begin');
  await client.query('set local session_replication_role = replica'); // any order of the tables
  await client.query(`truncate ${tables.map(({ name }) => name).join(', ')}`);
  for (const { name, columns, rows } of tables)
    await pipeline(
      Readable.from([rows]),
      client.query(copyFrom(`copy ${name} (${columns}) from stdin (format binary)`)),
    );
  for (const { name, value } of sequences) {
    // BullMQ makes a sequence with the first job of a queue.
    await client.query(`create sequence if not exists ${name}`);
    await client.query('select setval($1, $2)', [name, value]);
  }
  await client.query('commit');
  await client.end();
  return databaseUrl;
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
