import { totalOf } from '../answers/figures.js';
import type {
  IdleFigures,
  ProcessFigures,
  ScaleFigures,
  SizeFigures,
  SoakFigures,
} from '../scale/figures.js';
import { TARGETS } from './results.js';
import { table, verdict } from './table.js';

/** The tables of `npm run bench -- --only=scale`. */
export const scaleTables = ({ processes, sizes, idle, soak }: ScaleFigures): string =>
  [
    ...(processes.length > 0 ? [processTable(processes)] : []),
    ...(sizes.length > 0 ? [sizeTable(sizes, 'pages'), sizeTable(sizes, 'microseconds')] : []),
    ...(idle ? [idleTable(idle)] : []),
    ...(soak ? [soakTable(soak)] : []),
  ].join('\n\n');

const failed = (count: number): string => (count === 0 ? '0' : `${count} ✗`);
const ms = (microseconds: number): string => (microseconds / 1000).toFixed(2);

function processTable(all: ProcessFigures[]): string {
  const [first] = all;
  const one = first?.consumption ? totalOf(first.consumption) : null;
  return table(
    [
      'API × worker',
      'connections',
      'answers/s',
      'p50 ms',
      'p99 ms',
      'processor ms an answer: API',
      'worker',
      'PostgreSQL',
      'Redis',
      'sum',
      'of 1 × 1',
      'failures',
    ],
    all.map(({ apis, workers, connections, perSecond, p50, p99, failures, consumption }) => [
      `${apis} × ${workers}`,
      String(connections),
      perSecond.toFixed(0),
      p50.toFixed(1),
      p99.toFixed(1),
      ...(consumption && one !== null
        ? [
            ms(consumption.api),
            ms(consumption.worker),
            ms(consumption.postgres),
            ms(consumption.redis),
            ms(totalOf(consumption)),
            (totalOf(consumption) / one).toFixed(2),
          ]
        : ['', '', '', '', '', '']),
      failed(failures),
    ]),
  );
}

function sizeTable(sizes: SizeFigures[], unit: 'pages' | 'microseconds'): string {
  const { costs: heads } = sizes[0]!;
  const said = unit === 'pages' ? 'pages of PostgreSQL a request' : 'processor ms a request';
  const value = (found: number) => (unit === 'pages' ? found.toFixed(1) : ms(found));
  return table(
    [
      said,
      ...heads.map(
        ({ messages, users }) =>
          `${messages.toLocaleString('en')} messages, ${users.toLocaleString('en')} users`,
      ),
      'ratio',
      'target',
    ],
    sizes.map(({ name, costs }) => [
      name,
      ...costs.map((cost) => value(cost[unit])),
      verdict(costs.at(-1)![unit] / costs[0]![unit], (ratio) => ratio <= TARGETS.growth),
      `≤ ${TARGETS.growth}`,
    ]),
  );
}

const idleTable = ({ streams, openedSeconds, kilobytesEach, processor, descriptors }: IdleFigures): string =>
  table(
    ['', 'found'],
    [
      ['idle streams on one API process', streams.toLocaleString('en')],
      ['opened within', `${openedSeconds.toFixed(0)} s`],
      ['memory of each', `${kilobytesEach.toFixed(1)} KB`],
      ['processor while all are idle', `${(100 * processor).toFixed(1)} % of a core`],
      ['descriptors before, with all of them, after', descriptors.join(', ')],
    ],
  );

/** Heap at the end ÷ after three tenths of the time, when all code is compiled. */
const SETTLED = 0.3;

function soakTable({ minutes, answers, failures, samples }: SoakFigures): string {
  return table(
    [
      `${minutes} minutes, ${answers.toLocaleString('en')} answers, ${failed(failures)} failures`,
      'heap MB, minute 0',
      `minute ${Math.ceil(minutes * SETTLED)}`,
      'at the end',
      'ratio',
      'descriptors before',
      'after',
      'connections to PostgreSQL before',
      'after',
    ],
    (['api', 'worker'] as const).map((kind) => {
      const all = samples[kind];
      const [begin, end] = [all[0]!, all.at(-1)!];
      const settled = all[Math.ceil(minutes * SETTLED)]!;
      return [
        kind === 'api' ? 'API' : 'worker',
        begin.heapMegabytes.toFixed(1),
        settled.heapMegabytes.toFixed(1),
        end.heapMegabytes.toFixed(1),
        (end.heapMegabytes / settled.heapMegabytes).toFixed(3),
        String(begin.descriptors),
        String(end.descriptors),
        String(begin.connections),
        String(end.connections),
      ];
    }),
  );
}
