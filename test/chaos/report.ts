import { extraCalls, groupBy, type Evidence, type MessageRow } from './checks.js';
import type { Landed } from './faults.js';
import { GUARANTEES, type Guarantee, type Ledger } from './ledger.js';
import type { ModelCall } from './model.js';
import type { Options } from './options.js';

/** Results of a run. */
export interface Outcome {
  options: Options;
  usedStreams: boolean;
  landed: Landed[];
  evidence: Evidence;
  /** From the last fault to the end of the last reply. */
  settledMs: number;
  failedStarts: number;
  slowestStopMs: number;
  unanswered: number;
}

/** Violations shown per guarantee. */
const SHOWN = 5;

/** The table of a run. */
export function table({ options, evidence, landed, ...outcome }: Outcome): string {
  const { ledger, calls, messages, received } = evidence;
  const recoveries = recoveryTimes(landed, calls);
  const extra = extraCalls(calls);
  const arrived = new Set(received.map(({ id }) => id));
  const off = violationsByGuarantee(ledger);
  const failures = messages.filter(({ status }) => status === 'failed');
  const doomed = new Set(ledger.entries.filter((entry) => entry.doomed).map(({ reply }) => reply?.id));
  const unexpected = failures.filter(({ id }) => !doomed.has(id));
  const lines: [name: string, value: string | number][] = [
    ['backend', options.backend],
    ['seed', options.seed],
    ...[...groupBy(landed, ({ kind }) => kind)].map(([kind, of]): [string, number] => [kind, of.length]),
    ['faults in all', landed.length],
    ['messages acknowledged', ledger.acknowledged.length],
    [
      'of them edits, and branches chosen',
      `${ledger.acknowledged.filter(({ editedId }) => editedId !== null).length}, ${ledger.choices.length}`,
    ],
    ['refused by the limit', ledger.entries.filter((entry) => entry.outcome === 'refused').length],
    ['requests retried with their key', ledger.counts.retried],
    ['of them after a 503', ledger.counts.unavailable],
    ['requests without an answer for 12 s', outcome.unanswered],
    ['acknowledged messages sent again', ledger.counts.replays],
    ['lists read after a write', ledger.counts.lists],
    ['replies failed, as scripted', failures.length - unexpected.length],
    ['replies failed for other reasons', reasonsOf(unexpected)],
    ['slowest stop', `${(outcome.slowestStopMs / 1000).toFixed(1)} s`],
    ['model calls', [...calls.values()].flat().length],
    ['extra model calls', `${extra} (${(extra / Math.max(1, landed.length)).toFixed(2)} a fault)`],
    ['recovery after a worker kill, p50 / p95', `${seconds(recoveries, 0.5)} / ${seconds(recoveries, 0.95)}`],
    ['replies held by killed workers', recoveries.length],
    ['events received, repetitions', `${arrived.size}, ${received.length - arrived.size}`],
    ['settled after the last fault', `${(outcome.settledMs / 1000).toFixed(1)} s`],
    ['starts that failed while a server was away', outcome.failedStarts],
    [
      'followed by',
      outcome.usedStreams
        ? `streams: ${ledger.streams.opened} connections, ${ledger.streams.cut} cut by the reader, ${ledger.streams.whole} whole`
        : 'polling',
    ],
    ...(Object.keys(GUARANTEES) as Guarantee[]).map((guarantee): [string, string] => [
      guarantee,
      `${off.get(guarantee)?.length ?? 0}   ${GUARANTEES[guarantee]}`,
    ]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** The first violations of each broken guarantee. */
export function details(ledger: Ledger): string[] {
  return [...violationsByGuarantee(ledger)].flatMap(([guarantee, of]) =>
    of.slice(0, SHOWN).map((detail) => `${guarantee}: ${detail}`),
  );
}

function violationsByGuarantee({ violations }: Ledger): Map<Guarantee, string[]> {
  const groups = groupBy(violations, ({ guarantee }) => guarantee);
  return new Map(
    [...groups].map(([guarantee, of]) => [guarantee as Guarantee, of.map(({ detail }) => detail)]),
  );
}

/** From the kill of a worker to the next call of the model for one of its replies; sorted, in milliseconds. */
export function recoveryTimes(landed: Landed[], calls: Map<string, ModelCall[]>): number[] {
  return landed
    .filter(({ kind }) => kind === 'kill-worker')
    .flatMap(({ held, at }) =>
      held.flatMap((key) => {
        const next = (calls.get(key) ?? []).map(({ startedAt }) => startedAt).filter((start) => start > at);
        return next.length > 0 ? [Math.min(...next) - at] : [];
      }),
    )
    .toSorted((a, b) => a - b);
}

function reasonsOf(failures: MessageRow[]): string {
  const codes = groupBy(failures, ({ errorCode }) => errorCode ?? 'none');
  return `${failures.length} ${[...codes].map(([code, of]) => `${code}: ${of.length}`).join(', ')}`.trim();
}

function seconds(sorted: number[], share: number): string {
  if (sorted.length === 0) return '–';
  return `${(sorted[Math.ceil(sorted.length * share) - 1]! / 1000).toFixed(1)} s`;
}
