import type { Lab } from '../lab/lab.js';
import { treeMicroseconds } from '../lab/processor.js';
import type { Consumption } from './figures.js';

/**
 * The processes that are counted, API and worker with their descendants. `except`: a process of PostgreSQL that only stands
 * in for others.
 */
export interface Counted {
  api: number;
  worker?: number | undefined;
  except?: number | undefined;
}

/** Starts counting. The function that it returns gives what has been used since; null where the machine cannot tell. */
export function countConsumption(lab: Lab, counted: Counted): () => Consumption | null {
  const before = read(lab, counted);
  return () => {
    const after = read(lab, counted);
    if (!before || !after) return null;
    return {
      api: after.api - before.api,
      worker: after.worker - before.worker,
      postgres: after.postgres - before.postgres,
      redis: after.redis - before.redis,
    };
  };
}

function read(lab: Lab, { api, worker, except }: Counted): Consumption | null {
  if (process.platform !== 'linux') return null;
  const of = (pid: number | undefined) => (pid === undefined ? 0 : treeMicroseconds(pid)!);
  return {
    api: of(api),
    worker: of(worker),
    postgres: treeMicroseconds(lab.postgresPid)! - of(except),
    redis: lab.redis ? treeMicroseconds(lab.redis.pid)! : 0,
  };
}

/** A share of it. */
export const perMessage = (used: Consumption, messages: number): Consumption => ({
  api: used.api / messages,
  worker: used.worker / messages,
  postgres: used.postgres / messages,
  redis: used.redis / messages,
});
