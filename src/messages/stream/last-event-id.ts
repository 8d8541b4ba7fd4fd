import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

const DESCRIPTION = 'Id of the last event that the client read. The stream resumes after it.';
const schema = { type: 'string', example: '1-118' } as const;

/** `Last-Event-ID`, or `?last_event_id=` for clients that cannot set headers. */
export const LastEventId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => {
    const { headers, query } = context.switchToHttp().getRequest<FastifyRequest>();
    const given = headers['last-event-id'] ?? (query as Record<string, unknown>)['last_event_id'];
    return typeof given === 'string' ? given : undefined;
  },
);

/** Documents {@link LastEventId} in OpenAPI. */
export const ApiLastEventId = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'Last-Event-ID', required: false, description: DESCRIPTION, schema }),
    ApiQuery({ name: 'last_event_id', required: false, description: DESCRIPTION, schema }),
  );
