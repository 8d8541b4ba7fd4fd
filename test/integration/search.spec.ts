import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { newId } from '../../src/platform/crypto/id.js';
import { Database } from '../../src/platform/database/database.js';
import type { Statement } from '../../src/platform/database/statement.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import type { Position } from '../../src/messages/search/block.js';
import { fold } from '../../src/messages/search/fold.js';
import { matchesAll, termsOf } from '../../src/messages/search/grams.js';
import { SearchBlocks } from '../../src/messages/search/search-blocks.service.js';
import { CANDIDATES, TAKE_TAIL } from '../../src/messages/search/search.statements.js';
import { SearchRun, type ResultPage, type SearchCommand } from '../../src/messages/search/search-run.js';
import { connect, Counter } from '../support/flat-cost.js';
import { statementsWaiting } from '../support/locks.js';
import { searchText } from '../support/search-texts.js';
import { newDatabase } from '../support/processes.js';

let url: string;
let source: DataSource;
let database: Database;
let blocks: SearchBlocks;
async function open(): Promise<void> {
  url = await newDatabase();
  source = await openDataSource({ url, poolMax: 5, applicationName: 'search-test' });
  database = new Database(source);
  blocks = new SearchBlocks(database);
}
const close = () => source.destroy();

const sql = <R = object>(text: string, values: unknown[] = []): Promise<R[]> => source.query(text, values);
const START: Position = { at: 8e15, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

async function newPerson(): Promise<{ userId: string; rooms: string[] }> {
  const userId = newId();
  await sql(`insert into users (id, quota_key) values ($1, '\\x00')`, [userId]);
  const rooms = [newId(), newId(), newId()];
  for (const room of rooms)
    await sql(`insert into chatrooms (id, user_id, name, name_source) values ($1, $2, '—', 'user')`, [
      room,
      userId,
    ]);
  return { userId, rooms };
}

let seq = 0;
/** Messages with times that are sometimes equal and not in the order of ids, as an import makes them. */
async function write(userId: string, room: string, texts: string[]): Promise<void> {
  seq += texts.length;
  await sql(
    `insert into messages (id, chatroom_id, user_id, seq, role, content, status, created_at, completed_at)
     select gen_random_uuid(), $1, $2, $4 + n, case when n % 2 = 0 then 'user' else 'model' end, text, 'completed',
       now() + (n / 3) * interval '1 microsecond', now()
     from unnest($3::text[]) with ordinality as t (text, n)`,
    [room, userId, texts, seq],
  );
}

/** Statistics of 300 people with two messages each. */
async function fewMessages(): Promise<void> {
  for (let nth = 0; nth < 300; nth += 1) {
    const { userId, rooms } = await newPerson();
    await write(userId, rooms[0]!, ['hello', 'hello']);
  }
  await sql('analyze');
}

const makeBlocks = async (userId: string) => {
  await sql('insert into search_due (user_id) values ($1) on conflict do nothing', [userId]);
  await blocks.sweep();
};

/** The rooms of a user's blocks, and whether each block is to be made again. */
const blocksOf = (userId: string) =>
  sql<{ rooms: string[]; stale: boolean }>('select rooms, stale from search_blocks where user_id = $1', [
    userId,
  ]);

/** Every result of a search, page by page. */
async function searchAll(
  userId: string,
  q: string,
  more: Partial<SearchCommand> & { limit?: number } = {},
): Promise<string[]> {
  const terms = termsOf(fold(q));
  const ids: string[] = [];
  for (let before: Position | null = START; before !== null;) {
    const command: SearchCommand = {
      userId,
      terms,
      before,
      roomId: null,
      role: null,
      from: 0,
      limit: 1000,
      ...more,
    };
    const page: ResultPage = await database.snapshot((manager) =>
      new SearchRun(database, manager, command).page(),
    );
    ids.push(...page.results.map(({ id }) => id));
    before = page.next;
  }
  return ids;
}

/** Folded texts: a scan reads all texts once a query. */
const folded = new Map<string, string>();
function foldOnce(text: string): string {
  const known = folded.get(text) ?? fold(text);
  folded.set(text, known);
  return known;
}

/** The same by a scan of the table. */
async function scan(userId: string, q: string, where = ''): Promise<string[]> {
  const rows = await sql<{ id: string; content: string }>(
    `select id, content from messages where user_id = $1 ${where} order by created_at desc, id desc`,
    [userId],
  );
  const terms = termsOf(fold(q));
  return rows.filter(({ content }) => matchesAll(terms, foldOnce(content))).map(({ id }) => id);
}

/** Forty queries that have terms: most are a part of a text. */
const someQueries = (texts: string[]) =>
  fc
    .sample(
      fc.oneof(
        fc
          .tuple(fc.constantFrom(...texts), fc.nat(8), fc.integer({ min: 1, max: 5 }))
          .map(([text, from, length]) => text.slice(from, from + length).toWellFormed()),
        searchText,
      ),
      200,
    )
    .filter((q) => termsOf(fold(q)).length > 0)
    .slice(0, 40);

describe('a search', () => {
  beforeAll(open);
  afterAll(close);

  it('equals a scan of the table, on random texts in ten scripts, in the tail and in blocks', async () => {
    const { userId, rooms } = await newPerson();
    const stranger = await newPerson();
    const texts = fc.sample(searchText, 2400);
    for (const [n, room] of rooms.entries()) await write(userId, room, texts.slice(n * 800, n * 800 + 800));
    await write(stranger.userId, stranger.rooms[0]!, texts.slice(0, 1500));
    // As autovacuum does where it runs.
    await sql('analyze');
    const queries = someQueries(texts);
    expect(queries).toHaveLength(40);
    for (const [stage, prepare] of [
      ['tail', () => undefined],
      ['blocks', () => makeBlocks(userId)],
      ['after deletion', () => sql('delete from chatrooms where id = $1', [rooms[1]])],
      ['blocks made again', () => makeBlocks(userId)],
    ] as const) {
      await prepare();
      for (const q of queries)
        expect([stage, q, await searchAll(userId, q)]).toEqual([stage, q, await scan(userId, q)]);
    }
    const [counts] = await sql(
      `select (select count(*)::int from search_blocks where user_id = $1) as blocks,
              (select count(*)::int from search_blocks where stale) as stale,
              (select count(*)::int from search_tail where user_id = $1) as tail`,
      [userId],
    );
    expect(counts).toEqual({ blocks: 2, stale: 0, tail: 2400 - 2048 });
    const q = queries.find((one) => one.length > 1)!;
    expect(await searchAll(userId, q, { roomId: rooms[0]!, limit: 7 })).toEqual(
      await scan(userId, q, `and chatroom_id = '${rooms[0]}'`),
    );
    expect(await searchAll(userId, q, { role: 'model', limit: 1 })).toEqual(
      await scan(userId, q, `and role = 'model'`),
    );
  });

  it('finds a reply that failed, lay in a block, and was answered by a retry', async () => {
    const { userId, rooms } = await newPerson();
    await write(
      userId,
      rooms[0]!,
      Array.from({ length: 1024 }, () => ''),
    );
    const [reply] = await sql<{ id: string }>(
      `update messages set status = 'failed' where id = (select id from messages where user_id = $1 and role = 'model' limit 1) returning id`,
      [userId],
    );
    await makeBlocks(userId);
    expect(await searchAll(userId, 'answered')).toEqual([]);
    await sql(`update messages set status = 'queued', completed_at = null where id = $1`, [reply!.id]);
    await sql(
      `update messages set status = 'completed', completed_at = now(), content = 'answered' where id = $1`,
      [reply!.id],
    );
    expect(await searchAll(userId, 'answered')).toEqual([reply!.id]);
  });

  it('leaves a message in the tail whose retry commits while a worker makes a block of it', async () => {
    const { userId, rooms } = await newPerson();
    await write(
      userId,
      rooms[0]!,
      Array.from({ length: 1024 }, () => 'old'),
    );
    const [reply] = await sql<{ id: string }>('select id from messages where user_id = $1 limit 1', [userId]);
    const retry = source.createQueryRunner();
    await retry.startTransaction();
    await retry.query(`update messages set content = 'retried' where id = $1`, [reply!.id]);
    const made = makeBlocks(userId);
    await statementsWaiting({ rows: sql }, 1);
    await retry.commitTransaction();
    await retry.release();
    await made;
    expect(await searchAll(userId, 'retried')).toEqual([reply!.id]);
  });

  it('keeps no room in a block that is deleted while a worker makes it', async () => {
    const { userId, rooms } = await newPerson();
    for (const room of rooms.slice(0, 2))
      await write(
        userId,
        room,
        Array.from({ length: 600 }, () => randomUUID()),
      );
    const deletion = source.createQueryRunner();
    await deletion.startTransaction();
    await deletion.query('delete from chatrooms where id = $1', [rooms[0]]);
    const made = makeBlocks(userId);
    await statementsWaiting({ rows: sql }, 1);
    await deletion.commitTransaction();
    await deletion.release();
    await made;
    await blocks.sweep();
    const all = await blocksOf(userId);
    expect(all.flatMap((block) => block.rooms)).not.toContain(rooms[0]);
    expect(all.some(({ stale }) => stale)).toBe(false);
  });

  it('reads a bounded amount of text for a page, and its cursor continues', async () => {
    const { userId, rooms } = await newPerson();
    const long = 'lorem ipsum '.repeat(2500);
    await write(userId, rooms[0]!, ['needle', ...Array.from({ length: 300 }, () => long)]);
    const terms = termsOf('needle');
    const command = { userId, terms, before: START, roomId: null, role: null, from: 0, limit: 50 };
    const page = await database.snapshot((manager) => new SearchRun(database, manager, command).page());
    expect([page.results, page.next === null]).toEqual([[], false]);
    expect(await searchAll(userId, 'needle')).toHaveLength(1);
  });

  it('of a deleted account leaves no row', async () => {
    const { userId, rooms } = await newPerson();
    await write(
      userId,
      rooms[0]!,
      Array.from({ length: 1100 }, () => randomUUID()),
    );
    await makeBlocks(userId);
    await sql('delete from users where id = $1', [userId]);
    for (const table of ['search_tail', 'search_blocks'])
      expect(await sql(`select from ${table} where user_id = $1`, [userId])).toEqual([]);
  });
});

describe.each([
  ['without statistics', () => undefined],
  ['when the statistics know people with few messages', fewMessages],
])('the search of a person with many messages, %s', (_, prepare) => {
  let userId: string;
  beforeAll(async () => {
    await open();
    await prepare();
    const person = await newPerson();
    userId = person.userId;
    for (const room of person.rooms)
      await write(
        userId,
        room,
        Array.from({ length: 1100 }, () => 'needle'),
      );
  });
  afterAll(close);

  /** Pages that a statement touches for each of its rows. */
  const pagesOf = async <P extends object>(statement: Statement<P>, parameters: P, rows: number) => {
    const client = await connect(url);
    const counter = new Counter(client);
    await counter.run(statement, [parameters], () => rows);
    await client.end();
    const { rewritten, others } = counter.cost();
    const pages = rewritten + others;
    expect(pages).toBeGreaterThan(1);
    return pages;
  };
  // Each row is found through two or three indexes. A plan that begins with all messages of the person touches thousands.
  const MOST_PAGES = 30;

  it('a block is made of a long tail in a few pages for each message', async () => {
    expect(await pagesOf(TAKE_TAIL, { userId, limit: 1024 }, 1024)).toBeLessThan(MOST_PAGES);
  });

  it('a search reads each candidate in a few pages', async () => {
    await makeBlocks(userId);
    const [block] = await sql<{ id: string }>('select id from search_blocks where user_id = $1', [userId]);
    const places = Array.from({ length: 100 }, (__, place) => place * 10);
    const command = { userId, roomId: null, role: null, places, blocks: places.map(() => block!.id) };
    expect(await pagesOf(CANDIDATES, command, 100)).toBeLessThan(MOST_PAGES);
  });
});
