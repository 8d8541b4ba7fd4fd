import { FLOOD } from '../streams/fairness.js';
import type { Spread, StreamFigures } from '../streams/figures.js';
import { TARGETS } from './results.js';
import { table, verdict } from './table.js';

/** Costs of streaming. */
export const streamTables = (streams: StreamFigures[]): string =>
  [latencyTable(streams), deliveryTable(streams), fairnessTable(streams), memoryTable(streams)].join('\n\n');

function latencyTable(streams: StreamFigures[]): string {
  const row = (
    name: string,
    { p50, p95, samples, failures }: Spread,
    target: { p50: number; p95: number } | null,
  ) => [
    name,
    ...(target
      ? [
          verdict(p50, (ms) => ms <= target.p50),
          `≤ ${target.p50}`,
          verdict(p95, (ms) => ms <= target.p95),
          `≤ ${target.p95}`,
        ]
      : [p50.toFixed(1), '', p95.toFixed(1), '']),
    String(samples),
    failed(failures),
  ];
  return table(
    ['', 'p50 ms', 'target', 'p95 ms', 'target', 'samples', 'failures'],
    streams.flatMap(({ backend, firstToken, firstTokenAlone, pickUp, stop }) => [
      row(
        `first token, added to the model’s own, one at a time, ${backend}`,
        firstTokenAlone,
        TARGETS.firstTokenAlone,
      ),
      row(`first token, added to the model’s own, ${backend}`, firstToken, TARGETS.firstToken),
      row(`commit to the worker’s claim, ${backend}`, pickUp.claimed, TARGETS.claimed),
      row(`commit to the call at the model, ${backend}`, pickUp.called, null),
      row(`stop, until it is answered, ${backend}`, stop, TARGETS.stop),
    ]),
  );
}

const deliveryTable = (streams: StreamFigures[]): string =>
  table(
    [
      'delivery',
      'pieces/s asked',
      'written',
      'p50 ms',
      'p99 ms',
      'target',
      'API CPU',
      'worker CPU',
      'failures',
    ],
    streams.flatMap(({ backend, deliveries }) =>
      deliveries.map((delivery) => [
        `${delivery.streams} streams, ${backend}`,
        delivery.asked.toLocaleString('en'),
        Math.round(delivery.written).toLocaleString('en'),
        delivery.p50.toFixed(1),
        verdict(delivery.p99, (ms) => ms <= TARGETS.delivery),
        `≤ ${TARGETS.delivery}`,
        percent(delivery.apiProcessor),
        percent(delivery.workerProcessor),
        failed(delivery.failures),
      ]),
    ),
  );

const fairnessTable = (streams: StreamFigures[]): string =>
  table(
    ['until the model is asked', 'p50 ms', 'p95 ms', 'p95 of quiet', 'target', 'failures'],
    streams.flatMap(({ backend, fairness: { quiet, flooded, left } }) => [
      [
        `all is quiet, ${backend}`,
        quiet.p50.toFixed(1),
        quiet.p95.toFixed(1),
        '1',
        '',
        failed(quiet.failures),
      ],
      [
        `one person has sent ${FLOOD.toLocaleString('en')} messages (${left} left at the end), ${backend}`,
        flooded.p50.toFixed(1),
        flooded.p95.toFixed(1),
        verdict(flooded.p95 / quiet.p95, (times) => times <= TARGETS.flooded),
        `≤ ${TARGETS.flooded}`,
        failed(flooded.failures),
      ],
    ]),
  );

const memoryTable = (streams: StreamFigures[]): string =>
  table(
    ['', 'KB a stream', 'target'],
    streams.map(({ backend, idleKilobytes }) => [
      `stream that waits, ${backend}`,
      idleKilobytes === null
        ? 'not measured here'
        : verdict(idleKilobytes, (kilobytes) => kilobytes <= TARGETS.idleKilobytes),
      `≤ ${TARGETS.idleKilobytes}`,
    ]),
  );

const failed = (failures: number): string => (failures === 0 ? '0' : `${failures} ✗`);
const percent = (share: number | null): string => (share === null ? '' : `${Math.round(share * 100)} %`);
