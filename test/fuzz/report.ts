import type { Coverage } from './coverage.js';
import type { Document } from './document.js';
import { ORACLES, type Findings, type Oracle } from './findings.js';
import type { Options } from './options.js';

export interface Outcome {
  options: Options;
  document: Document;
  coverage: Coverage;
  findings: Findings;
  sequences: number;
  seconds: number;
  /** Memory of the larger of the two processes, at the end. */
  megabytes: number;
  /** Live memory of both after a collection, at each measurement. */
  heap: string;
}

/** Kinds of one run that are shown in full. */
const SHOWN = 20;

/** The table of a run: requests, responses, and findings. */
export function report({ options, document, coverage, findings, ...outcome }: Outcome): string {
  const { seen, all } = coverage.describedStatuses(document);
  const lines: [string, string | number][] = [
    ['backend', options.backend],
    ['seed', options.seed],
    ['requests', coverage.requests],
    ['of them bytes that are no HTTP', coverage.raw],
    ['of them with what the document forbids', coverage.forbidden],
    ['foreign ids compared with unknown ones', coverage.compared],
    ['503 that went away', coverage.busy],
    ['sequences', outcome.sequences],
    ['seconds', outcome.seconds.toFixed(1)],
    ['requests a second', Math.round(coverage.requests / outcome.seconds)],
    ['memory of the larger process at the end', `${outcome.megabytes} MB`],
    ['alive after a collection, without limits/with', outcome.heap],
    [
      'operations answered 2xx',
      `${document.operations.length - coverage.withoutSuccess(document).length} of ${document.operations.length}`,
    ],
    ['answers that are described and were seen', `${seen} of ${all}`],
    [
      'slowest',
      coverage
        .slow(3)
        .map(({ name, ms }) => `${name} ${Math.round(ms)} ms`)
        .join(', '),
    ],
    ...(Object.keys(ORACLES) as Oracle[]).map((oracle): [string, string] => [
      oracle,
      `${findings.of(oracle)}   ${ORACLES[oracle]}`,
    ]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    ...coverage.table(document),
    '',
    ...lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  ].join('\n');
}

/** Every kind of finding with its first case and the command that repeats it. */
export function details(findings: Findings, { seed, backend }: Options): string[] {
  return [...findings.kinds.values()].slice(0, SHOWN).map(({ finding, count }) => {
    const { oracle, kind, detail, sequence, curl } = finding;
    const again =
      sequence === undefined
        ? ''
        : `\n  again: npm run fuzz -- --seed=${seed} --sequence=${sequence} --backend=${backend}`;
    return `${oracle}: ${kind} (${count}×)\n  ${detail}${again}${curl ? `\n  ${curl}` : ''}`;
  });
}
