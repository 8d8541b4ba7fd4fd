import { parseArgs } from 'node:util';
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
import { table } from '../report/table.js';
import { measureSends } from './sends.js';
import { fillWithTexts, RARE } from './texts.js';

/**
 * `npm run bench:search -- --own=1000000 --others=9000000`: searches of one person among others (ADR 0039), one at a time and
 * without HTTP; then sends with and without what search adds to a send.
 */
const { values } = parseArgs({
  options: {
    own: { type: 'string', default: '100000' },
    others: { type: 'string', default: '900000' },
    samples: { type: 'string', default: '100' },
  },
});
const [own, others, samples] = [Number(values.own), Number(values.others), Number(values.samples)];
const START: Position = { at: 8e15, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

const lab = await Lab.open({ max_wal_size: '4GB', shared_buffers: '512MB' });
const say = (text: string) => process.stderr.write(`${text}\n`);
const databaseUrl = await lab.newDatabase();
const [person] = await addPeople(databaseUrl, 1, 20);
await fillWithTexts(databaseUrl, person!, own, others);
say(`${own + others} messages`);
await rows(databaseUrl, 'vacuum analyze');
const source = await openDataSource({ url: databaseUrl, poolMax: 5, applicationName: 'chat-bench' });
const database = new Database(source);
const began = performance.now();
await new SearchBlocks(database).sweep();
const minutes = (performance.now() - began) / 60_000;
await rows(databaseUrl, 'vacuum analyze');
say(`blocks in ${minutes.toFixed(1)} min`);
console.log(
  table(
    ['search', 'results', 'pages', 'p50 ms', 'p95 ms', 'max ms'],
    await measureSearches(database, person!.id),
  ),
);
console.log(table(['stored for search', 'bytes a message'], await sizes(source)));
await source.destroy();
console.log(table(['send', 'client µs', 'PostgreSQL µs'], await measureSends(lab)));
await lab.close();

/** First pages, and the second page of those. */
async function measureSearches(on: Database, userId: string): Promise<string[][]> {
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
  const lines: string[][] = [];
  for (const [name, query] of queries) {
    const times: number[] = [];
    let [found, pages] = [0, 0];
    for (let nth = -10; nth < samples; nth += 1) {
      let before: Position | null = START;
      for (let page = 0; page < 2 && before !== null; page += 1) {
        const at = performance.now();
        const result = await search(on, userId, query(Math.abs(nth)), before);
        if (nth >= 0) times.push(performance.now() - at);
        found += result.results.length;
        pages += 1;
        before = result.next;
      }
    }
    times.sort((a, b) => a - b);
    const at = (part: number) =>
      times[Math.min(times.length - 1, Math.floor(times.length * part))]!.toFixed(1);
    lines.push([
      name,
      (found / (samples + 10)).toFixed(1),
      (pages / (samples + 10)).toFixed(1),
      at(0.5),
      at(0.95),
      at(1),
    ]);
    say(lines.at(-1)!.join(' · '));
  }
  return lines;
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

async function sizes(on: DataSource): Promise<string[][]> {
  const found = await on.query<{ name: string; bytes: number; rows: number }[]>(`
    select 'messages, with indexes' as name, pg_total_relation_size('messages')::float8 / (select count(*) from messages) as bytes
    union all select 'tail', pg_total_relation_size('search_tail')::float8 / greatest(1, (select count(*) from search_tail))
    union all select 'blocks', pg_total_relation_size('search_blocks')::float8
      / greatest(1, (select sum(octet_length(members) / 24) from search_blocks))`);
  return found.map(({ name, bytes }) => [name, bytes.toFixed(0)]);
}
