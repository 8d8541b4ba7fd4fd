import { backend } from './processes.js';

// A backend that is not installed here has no project to run (requirements.js): what is skipped is the other one's.
/** What Redis alone has to promise. */
export const onRedis = backend === 'redis' ? describe : describe.skip; // of Redis: nothing to promise on PostgreSQL
/** What PostgreSQL alone has to promise. */
export const onPostgres = backend === 'postgres' ? describe : describe.skip; // of PostgreSQL: nothing to promise on Redis
