/** Files of test/e2e about the queue, the cache, the limits or the bus: `npm test` runs them on both backends. */
export const BOTH = [
  'account-deletion',
  'admin-queues',
  'auth-limits',
  'chatroom-cache',
  'chatroom-cache-redis',
  'fairness',
  'import-lists',
  'limits',
  'lost-events',
  'model-limits',
  'outages',
  'previous-version',
  'process-drain',
  'process-health',
  'replies',
  'replies-handover',
  'stream',
  'user-events',
];

/**
 * Files that run on PostgreSQL alone, because Redis has no part in what they assert: commands, which read DATABASE_URL
 * only, pages in a browser, and what is answered before a queue, a cache or a limit is asked. They took a fifth of a whole
 * run a second time.
 */
export const POSTGRES_ONLY = [
  'admin-command',
  'admin-panel',
  'admin-panel-serving',
  'billing-tour',
  'clients',
  'commands',
  'commands-embedded',
  'console-branches',
  'console-live',
  'console-network',
  'console-pages',
  'console-person',
  'console-search',
  'console-serving',
  'console-tour',
  'http-bodies',
  'http-errors',
  'http-headers',
  'http-log',
  'http-pages',
  'import',
  'import-again',
  'import-files',
  'import-kills',
  'openapi',
  'pages-browser',
  'sandbox-access',
];

/**
 * Files that start a deployment of several machines: a Redis Cluster, processes that are restarted under load. They choose
 * their own backends, so they run once, as a long job (`npm run test:backends`).
 */
export const DEPLOYMENTS = ['fleet', 'redis-cluster', 'redis-topologies', 'rolling'];

/**
 * Files that run also in a fleet: four API processes and four workers over a Redis Cluster, each request at the next process
 * (`npm run test:fleet`). Most of these share a fleet, so `npm run test:full` runs them too. All others but ONE_PROCESS are the
 * project `fleet-rest`: most start a fleet of their own, which takes some 20 s on two cores.
 */
export const FLEET = [
  'account-deletion-races',
  'admin-ban',
  'admin-role',
  'auth-step-up',
  'boot',
  'chatroom-cache',
  'client-package',
  'feedback',
  'history',
  'replies',
  'reply-actions',
  'reply-claims',
  'room-file',
  'search',
  'send',
  'send-idempotency',
  'send-quota',
  'stream',
];

/** Files that do not run in a fleet. */
export const ONE_PROCESS = [
  // They start, stop, restore or configure their processes themselves.
  'backup',
  'commands',
  'commands-embedded',
  'doctor',
  'import-kills',
  'outages',
  'previous-version',
  'process',
  'process-drain',
  'process-health',
  'process-modules',
  'process-refusals',
  // They move the clock: that of a worker stays.
  'billing-tour',
  // They read the log, the metrics, the traces or the memory of one process, or count its calls.
  'auth-ceilings',
  'auth-issuer-keys',
  'authorisation-matrix',
  'chatroom-cache-redis',
  'http-log',
  'metrics',
  'model-limits',
  'tracing',
  // They are about what each process has of its own: hits leased ahead of a limit, open streams, the circuit of a receiver.
  'held-answers',
  'limits',
  'outgoing-events',
  // They send what the load balancer would answer itself, or are about the address of the caller.
  'http-bodies',
  'http-errors',
  'http-headers',
  'sandbox-access',
  'webhooks',
];

/**
 * Seconds that a file takes on two cores, where its size tells too little (test-sequencer.js): those
 * of 15 s and more.
 */
export const EXPECTED_SECONDS = {
  'test/e2e/rolling.e2e.ts': 96,
  'test/e2e/pages-browser.e2e.ts': 88,
  'test/chaos/chaos.chaos.ts': 82,
  'test/e2e/outages.e2e.ts': 54,
  'test/e2e/webhooks-order.e2e.ts': 54,
  'test/fuzz/fuzz.chaos.ts': 53,
  'test/e2e/outgoing-events.e2e.ts': 47,
  'test/e2e/admin-panel.e2e.ts': 47,
  'test/e2e/console-branches.e2e.ts': 46,
  'test/postman/collection.spec.ts': 41,
  'test/e2e/redis-topologies.e2e.ts': 40,
  'test/e2e/console-pages.e2e.ts': 39,
  'test/e2e/billing-faults.e2e.ts': 37,
  'test/e2e/console-person.e2e.ts': 36,
  'test/e2e/billing-tour.e2e.ts': 33,
  'test/e2e/redis-cluster.e2e.ts': 33,
  'test/e2e/stream.e2e.ts': 32,
  'test/e2e/console-tour.e2e.ts': 32,
  'test/e2e/replies.e2e.ts': 32,
  'test/e2e/authorisation-matrix.e2e.ts': 31,
  'test/e2e/stripe-outages.e2e.ts': 31,
  'test/e2e/fairness.e2e.ts': 30,
  'test/tools/chaos-stream.spec.ts': 30,
  'test/chaos/torture.chaos.ts': 28,
  'test/e2e/model-limits.e2e.ts': 27,
  'test/e2e/tracing.e2e.ts': 26,
  'test/e2e/limits.e2e.ts': 25,
  'test/e2e/admin-stats.e2e.ts': 25,
  'test/e2e/clients.e2e.ts': 24,
  'test/e2e/console-search.e2e.ts': 22,
  'test/e2e/reply-actions.e2e.ts': 22,
  'test/e2e/console-network.e2e.ts': 21,
  'test/e2e/auth-sms.e2e.ts': 21,
  'test/e2e/branches.e2e.ts': 21,
  'test/e2e/auth-ceilings.e2e.ts': 20,
  'test/e2e/metrics.e2e.ts': 19,
  'test/e2e/replies-handover.e2e.ts': 18,
  'test/e2e/import-kills.e2e.ts': 18,
  'test/integration/migrations.spec.ts': 18,
  'test/e2e/account-deletion-billing.e2e.ts': 16,
  'test/e2e/titles.e2e.ts': 16,
  'test/e2e/fleet.e2e.ts': 16,
  'test/e2e/admin-stats-days.e2e.ts': 15,
  'src/platform/http/responses/event-stream.spec.ts': 15,
  'test/e2e/branches-property.e2e.ts': 15,
  'test/tools/idempotency.spec.ts': 15,
};
