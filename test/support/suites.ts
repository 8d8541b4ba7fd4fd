import { backend } from './processes.js';

/**
 * The environment of suites that assert what happens past a limit. All limits are of one user, so those suites can share a
 * product: two requests a minute, and no message a day without Pro.
 */
export const NARROW_LIMITS = {
  RATE_LIMIT_PER_MINUTE: '2',
  PRO_RATE_LIMIT_PER_MINUTE: '2',
  BASIC_DAILY_LIMIT: '0',
};

// A backend that is not installed here has no project to run (requirements.js): what is skipped is the other one's.
/** What Redis alone has to promise. */
export const onRedis = backend === 'redis' ? describe : describe.skip; // of Redis: nothing to promise on PostgreSQL
/** What PostgreSQL alone has to promise. */
export const onPostgres = backend === 'postgres' ? describe : describe.skip; // of PostgreSQL: nothing to promise on Redis
