import type { Comparison, Figures } from '../comparison.js';
import { FLAT_LOAD, type FlatFigures } from '../flat.js';
import type { Growth } from '../growth.js';
import type { StartUp } from '../start-up.js';
import { p99Of, shareOf, targetOfFloor, TARGETS, targetShare, type Results } from './results.js';
import { answerTables } from './answers.js';
import { billingTable } from './billing.js';
import { documentsTable } from './documents.js';
import { importTable } from './imports.js';
import { searchTables } from './search.js';
import { strangersTable } from './strangers.js';
import { streamTables } from './streams.js';
import { tracingTable } from './tracing.js';
import { table, verdict } from './table.js';

/** Renders the results as the tables of docs/bench.md. */
export function tables(results: Omit<Results, 'machine'>): string {
  return [
    ...(results.comparisons.length > 0 ? [comparisonTable(results.comparisons)] : []),
    ...(results.growth.length > 0 ? [growthTable(results.growth)] : []),
    ...(results.flat.length > 0 ? [flatTable(results.flat)] : []),
    ...(results.answers.length > 0 ? [answerTables(results.answers)] : []),
    ...(results.streams.length > 0 ? [streamTables(results.streams)] : []),
    ...(results.billing.length > 0 ? [billingTable(results.billing)] : []),
    ...(results.imports.length > 0 ? [importTable(results.imports)] : []),
    ...(results.strangers.length > 0 ? [strangersTable(results.strangers)] : []),
    ...(results.documents.length > 0 ? [documentsTable(results.documents)] : []),
    ...(results.search ? [searchTables(results.search)] : []),
    ...(results.tracing ? [tracingTable(results.tracing)] : []),
    ...(results.startUp ? [startUpTable(results.startUp)] : []),
  ].join('\n\n');
}

function comparisonTable(comparisons: Comparison[]): string {
  return table(
    [
      '',
      'requests/s',
      'of bare',
      'target',
      'of floor',
      'target',
      'p50 ms',
      'p99 ms',
      'p99 of bare',
      'CPU µs',
      'failures',
    ],
    comparisons.flatMap((comparison) => {
      const target = targetShare(comparison);
      const ratio = p99Of(comparison);
      return [
        [
          `**${comparison.name}**`,
          ...figures(
            comparison.product,
            [
              verdict(shareOf(comparison), (share) => share >= target),
              `≥ ${target}`,
              ...shareOfFloor(comparison),
            ],
            verdict(ratio, (times) => times <= TARGETS.p99),
          ),
        ],
        ['bare', ...figures(comparison.bare, ['1', '', '', ''], '1')],
        ...(comparison.floor ? [['two-row floor', ...figures(comparison.floor, ['', '', '1', ''], '')]] : []),
      ];
    }),
  );
}

function shareOfFloor(comparison: Comparison): string[] {
  const { product, floor } = comparison;
  if (!floor) return ['', ''];
  const target = targetOfFloor(comparison);
  return [
    verdict(product.requestsPerSecond / floor.requestsPerSecond, (share) => share >= target),
    `≥ ${target}`,
  ];
}

function figures(figures: Figures, share: string[], p99Share: string): string[] {
  const { requestsPerSecond, p50, p99, failures, processorMicroseconds } = figures;
  return [
    Math.round(requestsPerSecond).toLocaleString('en'),
    ...share,
    p50.toFixed(2),
    p99.toFixed(2),
    p99Share,
    processorMicroseconds?.toFixed(0) ?? '',
    failures === 0 ? '0' : `${failures} ✗`,
  ];
}

const growthTable = (growth: Growth[]): string =>
  table(
    ['', 'ms at 1,000', 'ms at 1,000,000', 'ratio', 'target'],
    growth.map(({ name, small, large }) => [
      name,
      small.toFixed(2),
      large.toFixed(2),
      verdict(large / small, (ratio) => ratio <= TARGETS.growth),
      `≤ ${TARGETS.growth}`,
    ]),
  );

const flatTable = (flat: FlatFigures[]): string =>
  table(
    ['', 'pages, first tenth', 'last tenth', 'ratio', 'target'],
    flat.map(({ name, kind, first, last, growth, bounded }) => [
      `${name} through ${FLAT_LOAD.replies} replies, snapshot held: ${kind}`,
      first.toFixed(1),
      last.toFixed(1),
      bounded ? verdict(growth, (ratio) => ratio <= TARGETS.flat) : growth.toFixed(2),
      bounded ? `≤ ${TARGETS.flat}` : '',
    ]),
  );

function startUpTable(startUp: StartUp): string {
  const row = (name: string, value: number | null, unit: string, target: number) => [
    name,
    value === null ? 'not measured here' : `${verdict(value, (found) => found <= target)} ${unit}`,
    `≤ ${target} ${unit}`,
  ];
  return table(
    ['', 'found', 'target'],
    [
      row('`npm start`, first time', startUp.firstSeconds, 's', TARGETS.firstSeconds),
      row('`npm start`, again', startUp.againSeconds, 's', TARGETS.againSeconds),
      ...startOfHello(startUp),
      row(
        'memory: API with its worker, PostgreSQL',
        startUp.embeddedMegabytes,
        'MB',
        TARGETS.embeddedMegabytes,
      ),
      row('memory: API, worker, PostgreSQL', startUp.separateMegabytes, 'MB', TARGETS.separateMegabytes),
    ],
  );
}

/** Start of a production API beside that of a minimal Nest application. */
function startOfHello({ apiMilliseconds: api, helloMilliseconds: hello }: StartUp): string[][] {
  if (api === null || hello === null) return [];
  const ratio = verdict(api / hello, (found) => found <= TARGETS.startOfHello);
  return [
    ['processor time of a production API’s start', `${Math.round(api)} ms`, ''],
    ['… of a Nest hello’s', `${Math.round(hello)} ms`, ''],
    ['… ratio', ratio, `≤ ${TARGETS.startOfHello}`],
  ];
}
