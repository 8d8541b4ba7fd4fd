import { backend } from './product.js';
import { REDIS_URL } from './servers.js';

/** Is this run's backend installed on this machine? Without Redis its suites say so and are skipped. */
const backendIsHere = backend === 'postgres' || process.env[REDIS_URL] !== undefined;

/** What holds on either backend. */
export const suite = backendIsHere ? describe : describe.skip;
/** What Redis alone has to promise. */
export const onRedis = backend === 'redis' ? suite : describe.skip;
/** What PostgreSQL alone has to promise. */
export const onPostgres = backend === 'postgres' ? suite : describe.skip;
