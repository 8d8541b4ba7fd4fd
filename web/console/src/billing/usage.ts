import type { UsageDto } from '@chat-backend/client';
import { chat } from '../../../ui/api/chat.js';
import { learnFromReset } from '../../../ui/api/server-clock.js';
import { lastDailyReset } from '../../../ui/api/traffic.js';
import { Store, useStore } from '../../../ui/lib/store.js';

/** The quota of the day; null: not read yet. */
const usage = new Store<UsageDto | null>(null);

export const useUsage = (): UsageDto | null => useStore(usage);

export async function loadUsage(): Promise<void> {
  const now = await chat.usage().catch(() => null);
  if (!now) return;
  const seconds = lastDailyReset();
  if (seconds !== null) learnFromReset(now.resets_at, seconds);
  usage.set(now);
}

export const forgetUsage = (): void => usage.set(null);
