import { seeded, type Random } from './random.js';

/** All kinds of faults, with their weights. */
const WEIGHTS = {
  /** SIGKILL, and a new process a moment later. */
  'kill-worker': 10,
  'kill-api': 6,
  /** SIGTERM, as in a deployment. */
  'stop-worker': 3,
  'stop-api': 3,
  /** SIGSTOP for longer than a lease, then SIGCONT: the worker continues with claims that it has lost. */
  'pause-worker': 5,
  /** pg_terminate_backend of some connections. */
  'cut-sessions': 4,
  /** SIGKILL of the postmaster, and a restart with recovery. */
  'kill-postgres': 2,
  /** SIGQUIT: an immediate shutdown. */
  'stop-postgres': 2,
  'kill-redis': 4,
  /** Redis accepts connections and does not respond. */
  'freeze-redis': 2,
  /** A link between one process and one server becomes slow, */
  'slow-link': 2,
  /** is cut, */
  'cut-link': 2,
  /** is reset, as in a failover, */
  'reset-link': 2,
  /** is half-closed by the other side, as by a restarting pooler, */
  'half-close-link': 2,
  /** or is stranded, as by a router that lost its state: open, and carrying nothing. */
  'dead-link': 2,
} as const;

export type FaultKind = keyof typeof WEIGHTS;
export const FAULTS = Object.keys(WEIGHTS) as FaultKind[];

/** One fault of a schedule. */
export interface Fault {
  number: number;
  kind: FaultKind;
  /** The first or the second of two: API, worker; for a link any of the four processes. */
  which: number;
  /** The server at the end of a link. */
  server: 'postgres' | 'redis';
  /** Milliseconds after the previous fault. */
  gapMs: number;
  /** How long it lasts. */
  holdMs: number;
}

export interface PlanOptions {
  backend: 'postgres' | 'redis';
  kills: number;
  seed: number;
  seconds: number;
  only: FaultKind[] | null;
}

/** Longer than a lease (3 s) and a lock of the queue (3 s). */
const PAUSE_MS = [4_500, 7_000] as const;
const HOLD_MS: Partial<Record<FaultKind, readonly [number, number]>> = {
  'pause-worker': PAUSE_MS,
  'kill-postgres': [100, 1_500],
  'stop-postgres': [100, 1_500],
  'kill-redis': [100, 2_500],
  'freeze-redis': [500, 3_000],
  'slow-link': [2_000, 5_000],
  'cut-link': [300, 3_000],
};
/** Time until a supervisor has noticed an ended process. */
const USUAL_HOLD_MS = [100, 1_500] as const;

/** The schedule of a seed, always the same. Each kind occurs once before any occurs twice. */
export function planFaults(options: PlanOptions): Fault[] {
  const random = seeded(options.seed);
  const kinds = (options.only ?? FAULTS).filter(
    (kind) => options.backend === 'redis' || !kind.endsWith('-redis'),
  );
  const meanGapMs = (options.seconds * 1000) / Math.max(1, options.kills);
  return dealKinds(kinds, options.kills, random).map((kind, at) => ({
    number: at + 1,
    kind,
    which: random.between(0, 3),
    server: options.backend === 'redis' && random.chance(0.5) ? 'redis' : 'postgres',
    gapMs: random.between(Math.round(meanGapMs / 2), Math.round(meanGapMs * 1.5)),
    holdMs: random.between(...(HOLD_MS[kind] ?? USUAL_HOLD_MS)),
  }));
}

/** Deals kinds like cards: first one of each, then by weight. */
function dealKinds(kinds: FaultKind[], count: number, random: Random): FaultKind[] {
  const dealt = random.shuffle(kinds);
  const deck = kinds.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind));
  while (dealt.length < count) dealt.push(...random.shuffle(deck));
  return dealt.slice(0, count);
}
