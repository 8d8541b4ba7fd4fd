import { seeded, type Random } from './random.js';

/** Everything that can go wrong, and how often it does beside the others. */
const WEIGHTS = {
  /** SIGKILL, and a new one a moment later. */
  'kill-worker': 10,
  'kill-api': 6,
  /** SIGTERM, as a deploy has it. */
  'stop-worker': 3,
  'stop-api': 3,
  /** SIGSTOP for longer than a lease, then SIGCONT: the worker goes on with what is no longer its. */
  'pause-worker': 5,
  /** pg_terminate_backend of some connections. */
  'cut-sessions': 4,
  /** SIGKILL of the postmaster, and a restart with recovery. */
  'kill-postgres': 2,
  /** SIGQUIT: an immediate shutdown. */
  'stop-postgres': 2,
  'kill-redis': 4,
  /** Redis takes connections and says nothing. */
  'freeze-redis': 2,
  /** A link between one process and one server becomes slow … */
  'slow-link': 2,
  /** … is cut … */
  'cut-link': 2,
  /** … is reset, as a failover does, … */
  'reset-link': 2,
  /** … is closed from the other side alone, as a pooler does that restarts, … */
  'half-close-link': 2,
  /** … or is forgotten by a router: open, and carrying nothing. */
  'dead-link': 2,
} as const;

export type FaultKind = keyof typeof WEIGHTS;
export const FAULTS = Object.keys(WEIGHTS) as FaultKind[];

/** One fault of a schedule. */
export interface Fault {
  number: number;
  kind: FaultKind;
  /** Which of two: API, worker, or for a link any of the four processes. */
  which: number;
  /** To which server a link leads. */
  server: 'postgres' | 'redis';
  /** Milliseconds after the fault before it. */
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
/** Until whatever restarts processes has noticed. */
const USUAL_HOLD_MS = [100, 1_500] as const;

/** The schedule of a seed: the same every time. Each kind comes once before any comes twice. */
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

/** Cards from decks: first one of each kind, then as often as they weigh. */
function dealKinds(kinds: FaultKind[], count: number, random: Random): FaultKind[] {
  const dealt = random.shuffle(kinds);
  const deck = kinds.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind));
  while (dealt.length < count) dealt.push(...random.shuffle(deck));
  return dealt.slice(0, count);
}
