import pg from 'pg';
import { eventually } from '../support/eventually.js';
import {
  bareDatabase,
  brokenRooms,
  importedRooms,
  importInto,
  startImport,
  type Csv,
  type Database,
} from '../support/importing.js';

const ROOMS = 600;
const MESSAGES_A_ROOM = 20;
const MOBILES = ['+919000000001', '+919000000002', '+919000000003'];

/** Some three transactions of the import; messages of a room are spread over the whole file. */
const CSV: Csv = {
  users: `id,mobile\n${MOBILES.map((mobile, at) => `${at},${mobile}`).join('\n')}\n`,
  rooms: `id,user_id,title\n${list(ROOMS, (at) => `${at},${at % MOBILES.length},Room ${String(at).padStart(4, '0')}`)}`,
  messages: `id,room_id,role,content,created_at\n${list(ROOMS * MESSAGES_A_ROOM, (at) => {
    const role = Math.floor(at / ROOMS) % 2 === 0 ? 'user' : 'model';
    return `${at},${at % ROOMS},${role},text ${at},${1_700_000_000 + at}`;
  })}`,
};

/** Where an import is killed: before it writes to a table, when this holds. */
const MOMENTS: [table: string, when: string][] = [
  ['users', 'true'],
  ['chatrooms', 'true'],
  ['messages', 'true'],
  ['messages', 'exists (select from messages)'],
  ['imported_rows', 'exists (select from messages where seq = 1 limit 1)'],
];

it('an import that is killed at any moment leaves whole rooms, and the next one ends at the same state', async () => {
  const [once, killed] = [await bareDatabase(), await bareDatabase()];
  expect((await importInto(once, CSV)).code).toBe(0);
  for (const [table, when] of MOMENTS) {
    await killAt(killed, table, when);
    expect(await brokenRooms(killed)).toEqual([]);
    const halves = await killed.rows('select from chatrooms where message_count <> $1', [MESSAGES_A_ROOM]);
    expect([table, halves]).toEqual([table, []]);
  }
  const [before] = await killed.rows<{ count: number }>('select count(*)::int as count from messages');
  expect(before!.count).toBeGreaterThan(0);
  expect(before!.count).toBeLessThan(ROOMS * MESSAGES_A_ROOM);

  const { code, output } = await importInto(killed, CSV);
  expect([code, output]).toEqual([
    0,
    expect.stringContaining(`${before!.count.toLocaleString('en')} existed`),
  ]);
  expect(await importedRooms(killed, MOBILES)).toEqual(await importedRooms(once, MOBILES));
  expect(await importedRooms(once, MOBILES)).toHaveLength(ROOMS * MESSAGES_A_ROOM);
  await once.close();
  await killed.close();
});

it('two parallel imports run one after the other, and common rows are imported once', async () => {
  const database = await bareDatabase();
  const both = await Promise.all([importInto(database, CSV), importInto(database, CSV)]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await database.rows('select from messages')).toHaveLength(ROOMS * MESSAGES_A_ROOM);
  expect(await brokenRooms(database)).toEqual([]);
  await database.close();
});

/** Holds an import before it writes to the table, when `when` holds, and kills it there. */
async function killAt(database: Database, table: string, when: string): Promise<void> {
  const holder = new pg.Client({ connectionString: database.databaseUrl });
  await holder.connect();
  await holder.query(`
    create or replace function hold() returns trigger language plpgsql as $$
    begin if ${when} then perform pg_advisory_xact_lock(42); end if; return null; end $$;
    create trigger hold before insert on ${table} for each statement execute function hold();
    select pg_advisory_lock(42)`);
  const { process: command, ended } = startImport({ DATABASE_URL: database.databaseUrl }, CSV);
  await eventually(
    () =>
      database.rows(
        `select from pg_locks join pg_database on pg_database.oid = pg_locks.database
         where datname = current_database() and locktype = 'advisory' and not granted and objid = 42`,
      ),
    ({ length }) => length > 0,
  );
  command.kill('SIGKILL');
  await ended;
  await holder.query('select pg_advisory_unlock(42)');
  await holder.end();
  await eventually(
    () =>
      database.rows(
        `select from pg_stat_activity where application_name = 'chat-import' and datname = current_database()`,
      ),
    ({ length }) => length === 0,
  );
  await database.rows(`drop trigger hold on ${table}`);
}

function list(count: number, row: (at: number) => string): string {
  return `${Array.from({ length: count }, (_, at) => row(at)).join('\n')}\n`;
}
