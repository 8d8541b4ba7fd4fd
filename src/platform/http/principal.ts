import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The authenticated caller, as the access token proves it. */
export interface Principal {
  userId: string;
  sessionId: string;
  /** Moment the token ends, in epoch milliseconds. */
  expiresAtMs: number;
  /**
   * Time of the user's last authentication, where the token says it; null: the token does not say. Absent for a token
   * of this API: then the session has it.
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
