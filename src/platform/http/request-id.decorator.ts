import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The id of the request, as its response and its log line name it. */
export const RequestId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => context.getArgByIndex<FastifyRequest>(0).id,
);
