import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

const MAX_WAIT_SECONDS = 60;

/**
 * Seconds of `Prefer: wait=N` (RFC 7240 §4.3): over 60 is 60; what cannot be read is ignored, as the RFC asks.
 * @returns null without a usable preference
 */
export function waitPreference(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;\s])/i.exec(text);
  return match ? Math.min(Number(match[1]), MAX_WAIT_SECONDS) : null;
}

/** The seconds that the client would wait for a final reply; null: answer at once. */
export const PreferWait = createParamDecorator((_: unknown, context: ExecutionContext): number | null =>
  waitPreference(context.switchToHttp().getRequest<FastifyRequest>().headers['prefer']),
);

/** Describes `Prefer: wait=N` in OpenAPI. */
export const ApiPreferWait = (): MethodDecorator & ClassDecorator =>
  ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`wait=N`: answer when the reply is final, at most N seconds later (over 60 is 60; keep to 25 behind proxies).',
    schema: { type: 'string', example: 'wait=25' },
  });
