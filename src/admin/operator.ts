import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who acts, in which request: what an entry of the audit log says of it. */
export interface Operator {
  userId: string;
  requestId: string;
}

/** The admin who asks. Only under `@AdminOnly()`. */
export const CurrentOperator = createParamDecorator((_: unknown, context: ExecutionContext): Operator => {
  const { principal, id } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('@CurrentOperator() on a route without authentication');
  return { userId: principal.userId, requestId: id };
});
