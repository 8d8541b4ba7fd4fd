import { applyDecorators, createParamDecorator, UseGuards, type ExecutionContext } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Produces, wantsStream } from '../../platform/http/responses/accept.js';
import { HeldAnswersGuard } from '../../platform/http/responses/held-answers.guard.js';
import type { UsageDto } from '../quota/usage.dto.js';
import type { Position } from './event-id.js';
import { EVENTS, type StreamFormat } from './stream-format.js';
import { UiMessageFormat } from './ui-message.format.js';

const PROTOCOLS = ['ai-sdk'] as const;
/** Major versions of the AI SDK that read protocol v1. */
const AI_VERSIONS = ['5', '6', '7'] as const;

/** Query parameters that select the format of a stream. */
export class StreamQuery {
  @ApiPropertyOptional({
    enum: PROTOCOLS,
    description:
      'Responds with a UI message stream of the AI SDK (`x-vercel-ai-ui-message-stream: v1`) instead of this API’s events.',
  })
  @IsOptional()
  @IsIn(PROTOCOLS, { message: `protocol must be ${PROTOCOLS.join(' or ')}.` })
  protocol?: (typeof PROTOCOLS)[number];

  @ApiPropertyOptional({
    enum: AI_VERSIONS,
    description:
      'With `protocol=ai-sdk`: the major version of `ai` in the client. 5 and 6 do not know `reset-step`: each attempt is a step of its own.',
  })
  @IsOptional()
  @IsIn(AI_VERSIONS, { message: `ai must be ${AI_VERSIONS.join(', ')}.` })
  ai?: (typeof AI_VERSIONS)[number];
}

/** The format of the requested stream. */
export function formatOf(
  { protocol, ai = '7' }: StreamQuery,
  reader: { replyId: string; from: Position | null; limits?: UsageDto },
): StreamFormat {
  if (protocol === undefined) return EVENTS;
  return new UiMessageFormat({ ...reader, hasResetStep: ai === '7' });
}

/** True if the client requests an event stream. */
export const WantsStream = createParamDecorator((_: unknown, context: ExecutionContext): boolean =>
  wantsStream(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Lets a JSON route respond with a stream on request, and bounds the number of open streams per user. */
export const StreamsOnRequest = (): MethodDecorator =>
  applyDecorators(Produces('text/event-stream'), UseGuards(HeldAnswersGuard));
