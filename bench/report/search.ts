import type { SearchFigures } from '../search/figures.js';
import { TARGETS } from './results.js';
import { table, verdict } from './table.js';

/** What a search costs, and what it adds to a send. */
export function searchTables({ size, blockMinutes, queries, stored, sends }: SearchFigures): string {
  const [own, all] = [size.own, size.own + size.others].map((count) => count.toLocaleString('en'));
  const { p95, send } = TARGETS.search;
  return [
    table(
      [`search, ${own} messages of ${all}`, 'results on two pages', 'p50 ms', 'p95 ms', 'target', 'max ms'],
      queries.map((query) => [
        query.name,
        query.results.toFixed(0),
        query.p50.toFixed(1),
        verdict(query.p95, (found) => found <= p95),
        `≤ ${p95}`,
        query.longest.toFixed(0),
      ]),
    ),
    table(
      ['', 'found', 'target'],
      [
        [
          'processor time of PostgreSQL a send, without search',
          `${sends.without.postgres.toFixed(0)} µs`,
          '',
        ],
        ['… with search', `${sends.with.postgres.toFixed(0)} µs`, ''],
        [
          '… ratio',
          verdict(sends.with.postgres / sends.without.postgres, (ratio) => ratio <= send),
          `≤ ${send}`,
        ],
        ...stored.map(({ name, bytes }) => [`bytes a message: ${name}`, bytes.toFixed(0), '']),
        [`blocks of ${own} messages, by one worker`, `${blockMinutes.toFixed(1)} min`, ''],
      ],
    ),
  ].join('\n\n');
}
