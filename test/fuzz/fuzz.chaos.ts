import { passes } from '../chaos/compiled-run.js';
import { backend } from '../support/product.js';

/** What differs by backend is the queue, the limits and the cache: few of the requests meet them. */
const REQUESTS = { postgres: 5000, redis: 1000 }[backend];

it(`${REQUESTS} requests, allowed and forbidden, get no 5xx and nothing that is not in the document`, async () => {
  await passes('../fuzz/run.js', `--requests=${REQUESTS}`, '--seed=1');
}, 600_000);
