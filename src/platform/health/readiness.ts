import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '../bus/bus.js';
import { Database } from '../database/database.js';
import { statement, type NoParameters } from '../database/statement.js';
import { Problem } from '../problem/problem.js';
import { QUEUE_CONNECTION } from '../queue/queue.module.js';
import { isPostgres, type QueueConnection } from '../queue/queue-backend.js';
import type { Redis } from '../redis/redis.js';
import { REDIS } from '../redis/redis.module.js';
import { Drain } from './drain.js';

export type CheckState = 'up' | 'down';

/** State of the process and its dependencies. */
export interface Health {
  /** `degraded`: the process works, but Redis or the bus is down, so some work is slower or waits. */
  status: 'ready' | 'degraded';
  checks: { database: CheckState; queue: CheckState; redis?: CheckState; bus: CheckState };
}

/** Timeout of a check: a response within a second (promise 9). */
export const CHECK_TIMEOUT_MS = 1000;

/**
 * A check is shared for this long. `/health/ready` is open, and each check asks PostgreSQL and Redis; load balancers
 * ask at most once a second, so they still see every change at their next request.
 */
const SHARED_MS = 500;

const HEALTH = statement<NoParameters>('health', 'select 1');

/** Readiness of this process for a load balancer. */
@Injectable()
export class Readiness {
  private latest?: { look: Promise<Health>; sharedUntil: number };

  constructor(
    private readonly drain: Drain,
    private readonly database: Database,
    private readonly bus: Bus,
    @Inject(QUEUE_CONNECTION) private readonly queue: QueueConnection,
    @Inject(REDIS) private readonly redis: Redis | null,
  ) {}

  /**
   * Checks the dependencies. @throws Problem `unavailable` while the process stops, or when the database does not
   * respond
   */
  async look(): Promise<Health> {
    if (this.drain.hasBegun) throw notReady('This process is stopping.');
    if (!this.latest || performance.now() >= this.latest.sharedUntil) this.latest = this.begin();
    return this.latest.look;
  }

  /** Starts a check. A running check is shared, too. */
  private begin(): NonNullable<Readiness['latest']> {
    const latest = { look: this.ask(), sharedUntil: Infinity };
    const end = (): void => {
      latest.sharedUntil = performance.now() + SHARED_MS;
    };
    latest.look.then(end, end);
    return latest;
  }

  private async ask(): Promise<Health> {
    const checks = await this.check();
    if (checks.database === 'down') throw notReady('The database does not respond.');
    return { status: Object.values(checks).every((state) => state === 'up') ? 'ready' : 'degraded', checks };
  }

  /** State of each dependency. Never fails. */
  async check(): Promise<Health['checks']> {
    const { queue, redis } = this;
    const [database, jobs, cache] = await Promise.all([
      respond(() => this.database.run(HEALTH, {})),
      isPostgres(queue) ? respond(() => queue.query('select 1')) : undefined,
      redis ? respond(() => redis.command('PING')) : undefined,
    ]);
    // Under a flood the pool is busy for longer than a check waits; the bus has its own connection.
    const isDatabaseUp = database === 'up' || this.bus.isUp;
    return {
      database: isDatabaseUp ? 'up' : 'down',
      queue: jobs ?? cache ?? 'up',
      ...(cache && { redis: cache }),
      bus: this.bus.isUp ? 'up' : 'down',
    };
  }
}

function notReady(detail: string): Problem {
  return new Problem('unavailable', detail, { headers: { 'Retry-After': '2' } });
}

async function respond(ask: () => Promise<unknown>): Promise<CheckState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'down'>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, 'down');
  });
  const answer = ask().then(
    () => 'up' as const,
    () => 'down' as const,
  );
  const first = await Promise.race([answer, late]);
  clearTimeout(timer);
  return first;
}
