import type { AnswerFigures } from '../answers/figures.js';
import type { BillingFigures } from '../billing/figures.js';
import type { Comparison } from '../comparison.js';
import type { DocumentFigures } from '../documents/documents.js';
import type { FlatFigures } from '../flat.js';
import type { Growth } from '../growth.js';
import type { ImportFigures } from '../import/figures.js';
import type { StartUp } from '../start-up.js';
import type { StrangerFigures } from '../strangers/strangers.js';
import type { StreamFigures } from '../streams/figures.js';

/** Everything that one run of the benchmark found; null where it was left out. */
export interface Results {
  machine: Machine;
  startUp: StartUp | null;
  comparisons: Comparison[];
  growth: Growth[];
  flat: FlatFigures[];
  answers: AnswerFigures[];
  billing: BillingFigures[];
  imports: ImportFigures[];
  streams: StreamFigures[];
  strangers: StrangerFigures[];
  documents: DocumentFigures[];
}

/** The shape of the machine: what one must know to compare numbers, and nothing that names it. */
export interface Machine {
  processors: number;
  gigabytes: number;
  platform: string;
  node: string;
}

/** What the numbers are held against. */
export const TARGETS = {
  /** Of the bare server's requests per second, at least. */
  share: { list: 0.9, send: 0.8 },
  /** Of the two-row floor's, at least. */
  ofFloor: { redis: 0.5, postgres: 0.4 },
  /** Of the bare server's 99th percentile, at most. */
  p99: 1.5,
  /** Of what it costs with a thousand messages, at most. */
  growth: 1.3,
  /** Pages of a statement in the last tenth of its load ÷ in the first, a row's own versions excepted. */
  flat: 1.3,
  /** Of an answered message: its rate ÷ the two-row floor's and the bare implementation's, its processor time ÷ a send's. */
  answer: { ofFloor: 0.05, ofBare: 0.8, ofSend: 4 },
  firstSeconds: 10,
  againSeconds: 4,
  megabytes: 350,
  /** Processor time of a production API's start ÷ that of a Nest hello. */
  startOfHello: 1.5,
  /** Milliseconds. */
  firstToken: { p50: 8, p95: 20 },
  /** One message at a time. */
  firstTokenAlone: { p50: 5, p95: 20 },
  /** Of a piece, with many streams on one worker, the 99th percentile. */
  delivery: 250,
  claimed: { p50: 3, p95: 10 },
  stop: { p50: 500, p95: 500 },
  /** Of the quiet 95th percentile, at most, while one person floods. */
  flooded: 2,
  /** Of a packet without a valid token: processor time in milliseconds, and megabytes. */
  stranger: { milliseconds: 50, megabytes: 4 },
  /** Of the main thread's time that Swagger UI spends on the 3.1 document, at most. */
  rendering: 0.67,
  /** Of a stream that waits. */
  idleKilobytes: 50,
} as const;

export const shareOf = ({ product, bare }: Comparison): number =>
  product.requestsPerSecond / bare.requestsPerSecond;
export const p99Of = ({ product, bare }: Comparison): number => product.p99 / bare.p99;
export const targetShare = ({ name }: Comparison): number =>
  name.includes('list') ? TARGETS.share.list : TARGETS.share.send;

/** Of a send: its rate ÷ the two-row floor's. */
export const targetOfFloor = ({ name }: Comparison): number =>
  name.includes('Redis') ? TARGETS.ofFloor.redis : TARGETS.ofFloor.postgres;
