import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readArguments, USAGE } from '../../scripts/import/arguments.js';
import { EX_USAGE } from '../../scripts/command-context.js';
import { runImport } from '../../scripts/import/run-import.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { embeddedSecret } from '../../src/platform/config/embedded-secret.js';
import { Collected } from './collected.js';
import { signIn } from './people.js';
import { newDatabase, programPath, TEST_ENVIRONMENT } from './processes.js';
import type { Product } from './product.js';
import { deletedWithFile, endsWithFile } from './programs.js';

/** Texts of the three files. */
export interface Csv {
  users: string;
  rooms: string;
  messages: string;
}

type Texts = Csv | Record<keyof Csv, Buffer>;

/** Result of an import. */
export interface Imported {
  code: number | null;
  output: string;
  /** Reports of rejected lines; null: no report. */
  rejected: Record<keyof Csv, string | null>;
}

/** The running command. */
export interface RunningImport {
  process: ChildProcess;
  ended: Promise<Imported>;
}

/** A database, with or without a product on it. */
export type Database = Pick<Product, 'databaseUrl' | 'rows'>;

/** A migrated database without a product. */
export async function bareDatabase(): Promise<Database & { close: () => Promise<void> }> {
  const databaseUrl = await newDatabase();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const rows = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
    (await pool.query<T>(sql, values)).rows;
  return { databaseUrl, rows, close: () => pool.end() };
}

/** The lock of a running import (scripts/import/session.ts). */
export const IMPORT_LOCK = 1_768_779_887;

const COMMAND = programPath('scripts/import');
const KINDS = ['users', 'rooms', 'messages'] as const;

/** Starts the program of `npm run import` on files with these texts. */
export function startImport(
  environment: Record<string, string>,
  csv: Texts,
  ...flags: string[]
): RunningImport {
  const files = writeFiles(csv);
  const child = endsWithFile(
    spawn(process.execPath, [COMMAND, ...flags, ...files], {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, ...TEST_ENVIRONMENT, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  const ended = new Promise<Imported>((resolve) => {
    child.once('close', (code) => resolve({ code, output, rejected: rejectedOf(files) }));
  });
  return { process: child, ended };
}

/**
 * Runs the command on files with these texts. It runs in this process: a process a call would be most of what a suite costs,
 * and only ends, signals and the program itself need one ({@link startImport}).
 */
export const importWith = (
  environment: Record<string, string>,
  csv: Texts,
  ...flags: string[]
): Promise<Imported> => importFilesWith(environment, writeFiles(csv), ...flags);

/** Runs it on existing files. */
export async function importFilesWith(
  environment: Record<string, string>,
  files: string[],
  ...flags: string[]
): Promise<Imported> {
  const order = readArguments([...flags, ...files]);
  if (!order) return { code: EX_USAGE, output: USAGE, rejected: rejectedOf(files) };
  const output = new Collected();
  const code = await runImport(order, {
    readConfig: () => loadConfig({ ...TEST_ENVIRONMENT, ...environment }, { embeddedSecret }),
    onSignal: () => undefined,
    out: output,
    err: output,
  });
  return { code, output: output.text, rejected: rejectedOf(files) };
}

function writeFiles(csv: Texts): string[] {
  const dir = deletedWithFile(mkdtempSync(join(tmpdir(), 'chat-import-')));
  return KINDS.map((kind) => {
    const path = join(dir, `${kind}.csv`);
    writeFileSync(path, csv[kind]);
    return path;
  });
}

function rejectedOf(files: string[]): Imported['rejected'] {
  const [users = null, rooms = null, messages = null] = files.map((path) =>
    readIfThere(`${path}.rejected.csv`),
  );
  return { users, rooms, messages };
}

const readIfThere = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

/** Imports into the product's database. */
export const importInto = (
  product: Pick<Database, 'databaseUrl'>,
  csv: Texts,
  ...flags: string[]
): Promise<Imported> => importWith({ DATABASE_URL: product.databaseUrl }, csv, ...flags);

/** All imported rows of the rooms of these numbers, without generated ids: two imports of the same files are equal. */
export async function importedRooms(product: Database, mobiles: string[]): Promise<string[]> {
  const rows = await product.rows<{ line: string }>(
    `select concat_ws(' | ', u.mobile_number, r.name, r.message_count, tail.seq, r.last_message_at, r.last_activity_at, m.seq,
       m.role, m.content, m.status, m.active, parent.seq, question.seq, m.created_at) as line
     from users u join chatrooms r on r.user_id = u.id left join messages m on m.chatroom_id = r.id
     left join messages tail on tail.id = r.tail_id left join messages parent on parent.id = m.parent_id
     left join messages question on question.id = m.in_reply_to
     where u.mobile_number = any($1) order by u.mobile_number, r.name, m.seq`,
    [mobiles],
  );
  return rows.map(({ line }) => line);
}

/** In a room `r`: is the message on its active path? */
const onPath = (id: string) => `(r.branches = 0 or on_path(r.id, ${id}))`;

/**
 * Rooms that break the product's invariants: seq is 1, 2, 3 …, counters equal the messages, every answer belongs to an
 * earlier message of the user, and the conversation continues from exactly one answer to each.
 * @param sources pattern of the old backends whose rooms are examined; null: all rooms
 */
export async function brokenRooms(product: Database, sources: string | null = null): Promise<unknown[]> {
  return product.rows(
    `select r.name, r.message_count, r.last_message_at, m.* from chatrooms r
     left join lateral (
       select count(*)::int as count, max(m.seq) as newest, max(m.created_at) filter (where m.role = 'user') as last_at,
              bool_and(m.role = 'user' or (q.role = 'user' and q.chatroom_id = r.id and q.seq < m.seq)) as answers,
              bool_and(m.parent_id is null or p.chatroom_id = r.id) as parents,
              bool_and(m.user_id = r.user_id and (m.charged_on is null or left(m.id::text, 13) <> left(r.id::text, 13))) as owned
       from messages m left join messages q on q.id = m.in_reply_to left join messages p on p.id = m.parent_id
       where m.chatroom_id = r.id
     ) m on true
     where ($1::text is null or r.id in (select id from imported_rows where kind = 'room' and source like $1)) and (
        r.message_count <> m.count or m.count <> coalesce(m.newest, 0) or m.last_at is distinct from r.last_message_at
        or not coalesce(m.answers and m.parents and m.owned, true)
        or (m.count > 0) <> exists (select from messages t where t.id = r.tail_id and t.chatroom_id = r.id and t.active)
        or exists (select from messages a where a.chatroom_id = r.id and a.role = 'model' and ${onPath('a.in_reply_to')}
                   group by a.in_reply_to having count(*) filter (where a.active and ${onPath('a.id')}) <> 1))`,
    [sources],
  );
}

/** The kinds of files whose rows are not all accounted for as new, existing, left out or rejected. */
export function untold(output: string): string[] {
  const lines = [...output.matchAll(/^(users|rooms|messages): (\d+) rows: (.*)\.$/gm)];
  const sum = (told: string) =>
    [...told.matchAll(/(?:^|, )(\d+) /g)].reduce((total, [, count]) => total + Number(count), 0);
  return KINDS.filter((kind) => {
    const [, , rows, told = ''] = lines.find(([, named]) => named === kind) ?? [];
    return sum(told) !== Number(rows);
  });
}

export const USERS = 'id,mobile,full_name,status\n';
export const ROOMS = 'id,user_id,title,created_at\n';
export const MESSAGES = 'id,chatroom_id,sender,text,created_at\n';

/**
 * Old ids repeat between tests and files that share a product, so each import has its own source name, which begins with that
 * of its file.
 */
export const FILE_SOURCE = `test-${randomBytes(4).toString('hex')}`;
let imports = 0;
export const newSource = () => `--source=${FILE_SOURCE}-${(imports += 1)}`;

/** One user with one room and these messages. */
export const oneRoom = (mobile: string, messages: string, header = MESSAGES) => ({
  users: `${USERS}1,${mobile},Asha,basic\n`,
  rooms: `${ROOMS}7,1,Physics,2024-05-01T09:00:00Z\n`,
  messages: header + messages,
});

export const EXCHANGE = `1,7,user,Why is the sky blue?,2024-05-01T10:00:00Z
2,7,gemini,Because of scattering.,2024-05-01T10:00:02Z
`;

/** A user's only room, as the API shows it. */
export async function onlyRoom(product: Product, mobile: string) {
  const { client, user } = await signIn(product, mobile);
  const { data } = (await client.get('/chatroom')).body;
  const room = (await client.get(`/chatroom/${data[0].id}`)).body;
  return { client, user, rooms: data.length as number, room, messages: room.messages.data.toReversed() };
}
