import type { Tier } from '../config/tier.js';

/** Gives a user's current tier. A port, because the platform knows no feature; `users` implements it. */
export abstract class TierSource {
  /** Read from the user's row, never from a cache or a token; `basic` for an account that is gone. */
  abstract tierOf(userId: string): Promise<Tier>;
}
