import type { Lab } from './lab/lab.js';
import type { Person } from './lab/people.js';
import { startBare, startProduct, type Backing } from './lab/product.js';
import type { Program } from './lab/program.js';
import { settle, standInForWorkers } from './lab/settle.js';
import { processorMicroseconds } from './lab/processor.js';
import { median } from './lab/stats.js';
import { load } from './load/load.js';
import type { LoadPlan, LoadResult } from './load/load.plan.js';

/** Duration and number of rounds. */
export interface Effort {
  rounds: number;
  seconds: number;
  warmUpSeconds: number;
}

export const CONNECTIONS = 32;

/** Medians over the rounds; sum of failures. */
export interface Figures extends Omit<LoadResult, 'requests'> {
  /** Processor time of the server's process per request, in microseconds: less affected by a busy machine. */
  processorMicroseconds: number | null;
}

export interface Comparison {
  name: string;
  product: Figures;
  bare: Figures;
  /** The floor of two rows; only for sends. */
  floor?: Figures;
}

/** The contenders of one comparison, each with its own database and Redis database. */
export interface Contenders {
  product: Program;
  bare: Program;
  close: () => Promise<void>;
}

export async function startContenders(lab: Lab, product: Backing, bare: Backing): Promise<Contenders> {
  const programs = [await startProduct(lab, product), await startBare(lab, bare)] as const;
  return {
    product: programs[0],
    bare: programs[1],
    close: async () => {
      for (const program of programs) await program.stop();
    },
  };
}

/** One run of one contender. */
interface Turn {
  of: 'product' | 'bare' | 'floor';
  program: Program;
  kind: LoadPlan['kind'];
  backing: Backing;
}

/**
 * Runs the contenders alternately, in reverse order in every other round, so that the machine's other work affects both
 * alike. Before each run the remains of the previous one are settled.
 */
export async function interleave(
  name: string,
  turns: Turn[],
  people: Person[],
  effort: Effort,
): Promise<Comparison> {
  const results = new Map<Turn['of'], Figures[]>(turns.map(({ of }) => [of, []]));
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
      if (turn.kind !== 'list') await settle(turn.backing);
      results.get(turn.of)!.push(await take(turn, people, effort, `${turn.of}-${round}`));
    }
  }
  const figures = (of: Turn['of']) => medians(results.get(of)!);
  return {
    name,
    product: figures('product'),
    bare: figures('bare'),
    ...(results.has('floor') && { floor: figures('floor') }),
  };
}

async function take(
  { program, kind, backing }: Turn,
  people: Person[],
  { seconds, warmUpSeconds }: Effort,
  run: string,
): Promise<Figures> {
  const before = processorMicroseconds(program.pid);
  const plan = { url: program.url, kind, people, run, seconds, warmUpSeconds, connections: CONNECTIONS };
  const workers = kind === 'send' ? await standInForWorkers(backing.databaseUrl) : null;
  const { requests, ...result } = await load(plan);
  await workers?.stop();
  const used = before === null ? null : processorMicroseconds(program.pid)! - before;
  return { ...result, processorMicroseconds: used === null ? null : used / requests };
}

function medians(results: Figures[]): Figures {
  const processor = results.flatMap((r) => r.processorMicroseconds ?? []);
  return {
    requestsPerSecond: median(results.map((r) => r.requestsPerSecond)),
    p50: median(results.map((r) => r.p50)),
    p99: median(results.map((r) => r.p99)),
    failures: results.reduce((sum, r) => sum + r.failures, 0),
    processorMicroseconds: processor.length > 0 ? median(processor) : null,
  };
}
