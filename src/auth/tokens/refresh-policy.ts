/** Inputs of the decision. */
export interface RefreshState {
  /** Number of the current refresh token. */
  generation: number;
  /** Highest generation of which an access or refresh token was used. */
  usedGeneration: number;
  /** When the current refresh token was issued. */
  rotatedAt: Date;
}

/** `rotate`: issue the next token. `repeat`: issue the current one again. `replayed`: an old token was used, another party may have it. */
export type RefreshDecision = 'rotate' | 'repeat' | 'replayed';

/** Tabs and retries may present the previous token for this long. */
const GRACE_MS = 10_000;

/**
 * Decides about a presented refresh token. The current token is rotated. The previous one gets the current one again, the
 * same for all callers: for 10 s, and later as long as no token issued with the current one has been used (a lost answer
 * must not end the session). Any other token is a replay (RFC 9700 §4.14.2).
 */
export function decideRefresh(presented: number, state: RefreshState, now: Date): RefreshDecision {
  const { generation, usedGeneration, rotatedAt } = state;
  if (presented === generation) return 'rotate';
  if (presented !== generation - 1) return 'replayed';
  const inGrace = now.getTime() - rotatedAt.getTime() < GRACE_MS;
  return inGrace || usedGeneration < generation ? 'repeat' : 'replayed';
}
