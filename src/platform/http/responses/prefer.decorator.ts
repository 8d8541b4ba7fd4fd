import { applyDecorators, createParamDecorator, UseGuards, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { HeldAnswersGuard } from './held-answers.guard.js';
import { waitPreference } from './prefer.js';

/** The seconds to wait for a final reply; null: no wait is requested, or the user holds too many answers. */
export const PreferWait = createParamDecorator((_: unknown, context: ExecutionContext): number | null => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return request.holdsAnswer ? waitPreference(request.headers['prefer']) : null;
});

/** Describes `Prefer: wait=N` in OpenAPI, and bounds the waits of one user. */
export const ApiPreferWait = (): MethodDecorator =>
  applyDecorators(
    UseGuards(HeldAnswersGuard),
    ApiHeader({
      name: 'Prefer',
      required: false,
      description:
        '`wait=N`: respond when the reply is final, at most N seconds later (values above 60 count as 60; use at most 25 behind proxies). A response without `Preference-Applied` did not wait, because the user holds too many requests open.',
      schema: { type: 'string', example: 'wait=25' },
    }),
  );
