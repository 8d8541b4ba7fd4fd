import type { Tier } from '../config/tier.js';
import type { TierSource } from './tier-source.js';

/**
 * Only who is past the lower limit waits for this, and no longer than for anything else that the database does not
 * answer.
 */
const PATIENCE_MS = 1000;
/** Past this many users what is remembered is forgotten: it only matters during an outage. */
const REMEMBERED_MAX = 10_000;

/**
 * Asks for tiers, once for all requests of a user that want to know it at the same moment: whoever floods past his limit
 * does not flood the database. While that does not answer, what it said last holds, and basic for whom it said nothing:
 * a flood that keeps the database busy must not buy itself the better tier's limit.
 */
export class TierLookups {
  private readonly asking = new Map<string, Promise<Tier>>();
  private readonly remembered = new Map<string, Tier>();

  constructor(private readonly source: TierSource) {}

  tierOf(userId: string): Promise<Tier> {
    let tier = this.asking.get(userId);
    if (!tier) {
      tier = this.ask(userId).finally(() => this.asking.delete(userId));
      this.asking.set(userId, tier);
    }
    return tier;
  }

  private async ask(userId: string): Promise<Tier> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, null);
    });
    const tier = await Promise.race([this.source.tierOf(userId).catch(() => null), patience]);
    clearTimeout(timer);
    if (tier === null) return this.remembered.get(userId) ?? 'basic';
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    this.remembered.set(userId, tier);
    return tier;
  }
}
