import { Lab } from '../lab/lab.js';
import { measureDelivery } from './delivery.js';
import { AT_ONCE, measureFairness } from './fairness.js';
import type { StreamFigures } from './figures.js';
import { measureIdleStreams } from './idle-memory.js';
import {
  measureFirstToken,
  measureFirstTokenAlone,
  measurePickUp,
  measureStop,
  warmUp,
} from './latencies.js';
import { openSite, openWaitingSite } from './site.js';

/** How much is asked. */
export interface StreamEffort {
  seconds: number;
  /** So many streams at once, one measurement after the other. */
  deliveries: number[];
}

/**
 * What streaming costs, on each backend that is here: the API process, a worker and the model in processes of their own;
 * this one asks and reads.
 */
export async function measureStreams(effort: StreamEffort): Promise<StreamFigures[]> {
  // Of its own: only here PostgreSQL is to remember when it committed.
  const lab = await Lab.open({ track_commit_timestamp: 'on' });
  const found: StreamFigures[] = [];
  if (lab.redis) found.push(await measureBackend(lab, 'Redis', effort));
  found.push(await measureBackend(lab, 'PostgreSQL', effort));
  await lab.close();
  return found;
}

async function measureBackend(
  lab: Lab,
  backend: StreamFigures['backend'],
  effort: StreamEffort,
): Promise<StreamFigures> {
  const redisUrl = (database: number) => (backend === 'Redis' ? lab.redis!.url(database) : null);
  const site = await openSite(lab, redisUrl(0));
  await warmUp(site, effort.seconds / 2);
  const firstToken = await measureFirstToken(site, effort.seconds);
  const firstTokenAlone = await measureFirstTokenAlone(site, effort.seconds);
  const pickUp = await measurePickUp(site, effort.seconds);
  const stop = await measureStop(site, effort.seconds);
  const deliveries = [];
  for (const streams of effort.deliveries)
    deliveries.push(await measureDelivery(site, streams, effort.seconds));
  await site.close();
  const busy = await openSite(lab, redisUrl(2), AT_ONCE);
  const fairness = await measureFairness(busy, Math.min(15, effort.seconds * 2.5));
  await busy.close();
  const waiting = await openWaitingSite(lab, redisUrl(1));
  const idleKilobytes = await measureIdleStreams(waiting);
  await waiting.close();
  return { backend, firstToken, firstTokenAlone, pickUp, stop, deliveries, fairness, idleKilobytes };
}
