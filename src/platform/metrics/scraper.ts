import type { FastifyInstance } from 'fastify';
import { metricsTokenCheck } from './metrics-token.js';

const NAME = 'scraper';
const KNOWN = 'known';

/** The routes of a scraper that has proven itself. */
export const SCRAPER = { [NAME]: KNOWN };

/**
 * Lets the router see whether a request carries METRICS_TOKEN. A route with {@link SCRAPER} is found by such requests only.
 * Every other request takes the way of an unknown path, so that status, headers and body cannot differ from one.
 */
export function recogniseScrapers(server: FastifyInstance, token: string): void {
  const isScraper = metricsTokenCheck(token);
  server.addConstraintStrategy({
    name: NAME,
    storage: () => {
      const handlers = new Map<unknown, never>();
      return {
        get: (key) => handlers.get(key) ?? null,
        set: (key, handler) => void handlers.set(key, handler as never),
      };
    },
    // Called for every request: only those to the one path pay for a digest.
    deriveConstraint: ({ url, headers }) =>
      url !== undefined && url.startsWith('/metrics') && isScraper(headers.authorization) ? KNOWN : undefined,
    validate: () => undefined,
  });
}
