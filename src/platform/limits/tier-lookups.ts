import type { Tier } from '../config/tier.js';
import type { TierSource } from './tier-source.js';

/** Longest wait for a tier. Only requests beyond the lower tier's limit wait. */
const LOOKUP_TIMEOUT_MS = 1000;
/** Remembered tiers are dropped beyond this many users; they matter only during an outage. */
const REMEMBERED_MAX = 10_000;

/**
 * Looks up tiers, with single flight per user: a user who floods beyond the limit does not flood the database. While
 * the database does not respond, the last known tier holds, and `basic` for an unknown one: a flood that keeps the
 * database busy must not gain the higher limit.
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
    const timeout = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, LOOKUP_TIMEOUT_MS, null);
    });
    const tier = await Promise.race([this.source.tierOf(userId).catch(() => null), timeout]);
    clearTimeout(timer);
    if (tier === null) return this.remembered.get(userId) ?? 'basic';
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    this.remembered.set(userId, tier);
    return tier;
  }
}
