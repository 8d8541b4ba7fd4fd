import { passes } from '../chaos/compiled-run.js';
import { backend } from '../support/processes.js';

/** The backends differ in the queue, the limits and the cache, which few of the requests reach. */
const REQUESTS = { postgres: 5000, redis: 1000 }[backend];

it(`${REQUESTS} requests, allowed and forbidden, get no 5xx and nothing that is not in the document`, async () => {
  await passes('../fuzz/run.js', `--requests=${REQUESTS}`, '--seed=1');
}, 600_000);
