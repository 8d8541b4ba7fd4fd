/** What a refresh is decided by. */
export interface RefreshState {
  /** Number of the current refresh token. */
  generation: number;
  /** Highest generation of which anything, access or refresh token, was used. */
  usedGeneration: number;
  /** When the current one was issued. */
  rotatedAt: Date;
}

/** `rotate`: give the next one. `repeat`: give the current one again. `replayed`: an old one was used, somebody else has it. */
export type RefreshDecision = 'rotate' | 'repeat' | 'replayed';

/** Tabs, retries and lost answers present the token before the current one for this long without suspicion. */
const GRACE_MS = 10_000;

/**
 * What to do with a presented refresh token. The current one is rotated. The one just before it gets the current one
 * again, the same for all: for 10 s, and later as long as nothing issued with the current one has been used (an answer
 * that got lost must not cost the session). Any other is a replay (RFC 9700 §4.14.2).
 */
export function decideRefresh(presented: number, state: RefreshState, now: Date): RefreshDecision {
  const { generation, usedGeneration, rotatedAt } = state;
  if (presented === generation) return 'rotate';
  if (presented !== generation - 1) return 'replayed';
  const inGrace = now.getTime() - rotatedAt.getTime() < GRACE_MS;
  return inGrace || usedGeneration < generation ? 'repeat' : 'replayed';
}
