import type { DataSource } from 'typeorm';
import type { Position } from '../../src/messages/search/block.js';
import { fold } from '../../src/messages/search/fold.js';
import { termsOf } from '../../src/messages/search/grams.js';
import { SearchBlocks } from '../../src/messages/search/search-blocks.service.js';
import { SearchRun, type ResultPage } from '../../src/messages/search/search-run.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { Lab, rows } from '../lab/lab.js';
import { addPeople } from '../lab/people.js';
import type { Query, SearchFigures, SearchSize, Stored } from './figures.js';
import { measureSends } from './sends.js';
import { fillWithTexts, RARE } from './texts.js';

const START: Position = { at: 8e15, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
/** Searches before the first that counts. */
const WARM_UP = 10;

/**
 * Searches of one person among others (ADR 0039), one at a time and without HTTP; then sends with and without what search adds
 * to a send.
 */
export async function measureSearch(size: SearchSize): Promise<SearchFigures> {
  // A database that is filled with millions of rows: the defaults are those of the product's own.
  const lab = await Lab.open({ max_wal_size: '4GB', shared_buffers: '512MB' });
  const databaseUrl = await lab.newDatabase();
  const [person] = await addPeople(databaseUrl, 1, 20);
  await fillWithTexts(databaseUrl, person!, size);
  await rows(databaseUrl, 'vacuum analyze');
  const source = await openDataSource({ url: databaseUrl, poolMax: 5, applicationName: 'chat-bench' });
  const database = new Database(source);
  const began = performance.now();
  await new SearchBlocks(database).sweep();
  const blockMinutes = (performance.now() - began) / 60_000;
  await rows(databaseUrl, 'vacuum analyze');
  const queries = await measureQueries(database, person!.id, size.samples);
  const stored = await storedFor(source);
  await source.destroy();
  const sends = await measureSends(lab);
  await lab.close();
  return { size, blockMinutes, queries, stored, sends };
}

/** The first page of each search and the second one. */
async function measureQueries(on: Database, userId: string, samples: number): Promise<Query[]> {
  const queries: [name: string, query: (nth: number) => string][] = [
    ['a word of every second message', () => 'the'],
    ['a word of one message in a hundred', (nth) => `w${100 + (nth % 50)}`],
    ['a word of one message in a thousand', (nth) => `w${2000 + nth * 7}`],
    ['a word of ten messages', (nth) => RARE(nth)],
    ['a part of such a word', (nth) => RARE(nth).slice(1, -1)],
    ['two words', (nth) => `w${50 + nth} w${150 + nth}`],
    ['no message', (nth) => `absent${nth}`],
    ['parts that occur, but not together', () => 'sinhethe'],
  ];
  const found: Query[] = [];
  for (const [name, query] of queries) {
    const times: number[] = [];
    let results = 0;
    for (let nth = -WARM_UP; nth < samples; nth += 1) {
      let before: Position | null = START;
      for (let page = 0; page < 2 && before !== null; page += 1) {
        const at = performance.now();
        const result = await search(on, userId, query(Math.abs(nth)), before);
        before = result.next;
        if (nth < 0) continue;
        times.push(performance.now() - at);
        results += result.results.length;
      }
    }
    times.sort((a, b) => a - b);
    const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))]!;
    found.push({ name, results: results / samples, p50: at(0.5), p95: at(0.95), longest: at(1) });
  }
  return found;
}

function search(on: Database, userId: string, q: string, before: Position): Promise<ResultPage> {
  return on.snapshot((manager) =>
    new SearchRun(on, manager, {
      userId,
      terms: termsOf(fold(q)),
      before,
      roomId: null,
      role: null,
      from: 0,
      limit: 50,
    }).page(),
  );
}

/** Bytes a message, of each table that holds it. */
async function storedFor(on: DataSource): Promise<Stored[]> {
  return on.query<Stored[]>(`
    select 'messages, with indexes' as name, pg_total_relation_size('messages')::float8 / (select count(*) from messages) as bytes
    union all select 'not yet in a block', pg_total_relation_size('search_tail')::float8 / greatest(1, (select count(*) from search_tail))
    union all select 'in a block', pg_total_relation_size('search_blocks')::float8
      / greatest(1, (select sum(octet_length(members) / 24) from search_blocks))`);
}
