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
        '`wait=N`: answer when the reply is final, at most N seconds later (over 60 is 60; keep to 25 behind proxies). Without `Preference-Applied` in the answer there was no wait: too many are open.',
      schema: { type: 'string', example: 'wait=25' },
    }),
  );
