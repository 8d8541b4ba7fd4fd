import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The acting admin and the request, as the audit log records them. */
export interface Operator {
  userId: string;
  requestId: string;
}

/** The admin of the request. Only on routes of an {@link AdminController}. */
export const CurrentOperator = createParamDecorator((_: unknown, context: ExecutionContext): Operator => {
  const { principal, id } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('@CurrentOperator() on a route without authentication');
  return { userId: principal.userId, requestId: id };
});
