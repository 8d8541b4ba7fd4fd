import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AccessTokenClaims } from '../../src/auth/tokens/access-token.js';
import { jwt } from '../lab/keys.js';

/** The authenticated user; set by the check below. */
export const userOf = (request: FastifyRequest): string =>
  (request as FastifyRequest & { user: string }).user;

/**
 * Checks each request's token with jsonwebtoken and the key as a KeyObject, as the product does for a token that it has
 * not seen before.
 */
export function bareAuthentication(server: FastifyInstance): void {
  server.decorateRequest('user', '');
  server.addHook('onRequest', (request, reply, done) => {
    try {
      const token = (request.headers.authorization ?? '').slice('Bearer '.length);
      const { sub } = jwt.verify<AccessTokenClaims>(token, { algorithms: ['HS256'] });
      (request as FastifyRequest & { user: string }).user = sub;
      done();
    } catch {
      void reply.code(401).send();
    }
  });
}
