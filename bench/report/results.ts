import type { AnswerFigures } from '../answers/figures.js';
import type { BillingFigures } from '../billing/figures.js';
import type { Comparison } from '../comparison.js';
import type { DocumentFigures } from '../documents/documents.js';
import type { FlatFigures } from '../flat.js';
import type { Growth } from '../growth.js';
import type { ImportFigures } from '../import/figures.js';
import type { SearchFigures } from '../search/figures.js';
import type { StartUp } from '../start-up.js';
import type { StrangerFigures } from '../strangers/strangers.js';
import type { TracingFigures } from '../tracing/tracing.js';
import type { StreamFigures } from '../streams/figures.js';

/** All results of one run of the benchmark; null: not measured. */
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
  search: SearchFigures | null;
  tracing: TracingFigures | null;
}

/** Properties of the machine that are needed to compare numbers, and that do not identify it. */
export interface Machine {
  processors: number;
  gigabytes: number;
  platform: string;
  node: string;
}

/** Targets of the results. */
export const TARGETS = {
  /** Minimum share of the bare server's requests per second. */
  share: { list: 0.9, send: 0.8 },
  /** Of the two-row floor's, at least. */
  ofFloor: { redis: 0.5, postgres: 0.4 },
  /** Maximum multiple of the bare server's 99th percentile. */
  p99: 1.5,
  /** Maximum multiple of the cost with a thousand messages. */
  growth: 1.3,
  /** Pages of a statement in the last tenth of its load ÷ in the first, without versions of the same row. */
  flat: 1.3,
  /**
   * Of an answered message: its rate ÷ the two-row floor's, the bare implementation's and the naive backend's, its processor
   * time ÷ a send's.
   */
  answer: { ofFloor: 0.05, ofBare: 0.8, ofNaive: 8, ofSend: 4 },
  firstSeconds: 10,
  againSeconds: 4,
  /** Idle, after the first answer: `npm start`; API, worker and PostgreSQL as processes of their own. */
  embeddedMegabytes: 180,
  separateMegabytes: 350,
  /** Processor time of a production API's start ÷ that of a minimal Nest application. */
  startOfHello: 1.5,
  /** Milliseconds. */
  firstToken: { p50: 8, p95: 20 },
  /** One message at a time. */
  firstTokenAlone: { p50: 5, p95: 20 },
  /** Of a piece, with many streams on one worker, the 99th percentile. */
  delivery: 250,
  claimed: { p50: 3, p95: 10 },
  stop: { p50: 500, p95: 500 },
  /** Maximum multiple of the quiet 95th percentile while one user floods. */
  flooded: 2,
  /** Costs of a packet without a valid token: processor time in milliseconds, and megabytes. */
  stranger: { milliseconds: 50, megabytes: 4 },
  /** Maximum share of the main thread's time that Swagger UI takes for the 3.1 document. */
  rendering: 0.67,
  /** Milliseconds of a search, and the processor time of a send ÷ that of one without search. */
  search: { p95: 100, send: 1.1 },
  /** Memory of a waiting stream. */
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
