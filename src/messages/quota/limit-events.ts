import { Injectable, Logger } from '@nestjs/common';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DailyLimit, QuotaUsage } from './daily-limit.js';

/** Occasions that this process remembers, a few MB at most. */
const MAX_REMEMBERED = 20_000;

/** Tells the app's server that a user reached the daily limit: once a user and day, at the first refusal. */
@Injectable()
export class LimitEvents {
  private readonly logger = new Logger('LimitEvents');
  /** Spares a statement for each further refusal; the database decides. */
  private readonly told = new Set<string>();

  constructor(private readonly outbox: Outbox) {}

  /**
   * Writes the event of a refusal, which changed nothing else. Never throws: the refusal is the answer, and the next one tries
   * again.
   */
  async refused(userId: string, usage: QuotaUsage, limit: DailyLimit): Promise<void> {
    const onceKey = `limit:${userId}:${limit.day}`;
    if (!this.outbox.wants('usage.limit_reached') || this.told.has(onceKey)) return;
    const data = {
      user_id: userId,
      tier: usage.tier,
      day: limit.day,
      limit: limit.limits[usage.tier],
      used: usage.used,
      resets_at: limit.resetsAt.toISOString(),
    };
    try {
      await this.outbox.addOnce('usage.limit_reached', { userId, data, onceKey });
      if (this.told.size >= MAX_REMEMBERED) this.told.clear();
      this.told.add(onceKey);
    } catch (error) {
      this.logger.warn(`event of a reached limit not written: ${(error as Error).message}`);
    }
  }
}
