import type { Tier } from '../config/tier.js';
import type { TierSource } from './tier-source.js';

/**
 * Only who is past the lower limit waits for this, and no longer than for anything else that the database does not
 * answer. Shorter, and a flood that keeps the pool busy would buy itself the better tier's limit.
 */
const PATIENCE_MS = 1000;

/**
 * Asks for tiers, once for all requests of a user that want to know it at the same moment: whoever floods past his limit
 * does not flood the database. An answer is kept for nobody who comes later.
 */
export class TierLookups {
  private readonly asking = new Map<string, Promise<Tier | null>>();

  constructor(private readonly source: TierSource) {}

  /** Null when it cannot be known in time. */
  tierOf(userId: string): Promise<Tier | null> {
    let tier = this.asking.get(userId);
    if (!tier) {
      tier = this.ask(userId).finally(() => this.asking.delete(userId));
      this.asking.set(userId, tier);
    }
    return tier;
  }

  private async ask(userId: string): Promise<Tier | null> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, null);
    });
    try {
      return await Promise.race([this.source.tierOf(userId), patience]);
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
