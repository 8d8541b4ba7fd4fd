import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The authenticated caller, as proven by the access token. */
export interface Principal {
  userId: string;
  sessionId: string;
  /** Expiry of the token, in epoch milliseconds. */
  expiresAtMs: number;
  /**
   * Time of the user's last authentication, if the token states it; null: not stated. Absent for a token of this server,
   * whose session has the time.
   */
  provenAt?: Date | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard; absent on open routes. */
    principal?: Principal;
  }
}

export const IS_PUBLIC = 'platform:public';

/** Opts a route out of authentication, which is the default. */
export const Public = () => SetMetadata(IS_PUBLIC, true);

/** The authenticated caller. Only on routes that are not {@link Public}. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('@CurrentUser() on a route without authentication');
  return principal;
});
