import { Body, Controller, Get, Post, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProducesOnly } from '../../platform/http/responses/accept.js';
import { EventStream } from '../../platform/http/responses/event-stream.js';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import { IdempotencyKey, type Idempotency } from '../../platform/idempotency/idempotency.js';
import { NoBodyDto } from '../../platform/fields/no-body.dto.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { RequestId } from '../../platform/http/request-id.decorator.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import type { DailyLimit } from '../quota/daily-limit.js';
import { DailyMessageLimit, DailyMessageLimitGuard } from '../quota/daily-message-limit.guard.js';
import { MessageDto, type SentDto } from '../message.dto.js';
import { ACTION_ANSWER, STOPPED_ANSWER, STREAM_ANSWERS } from '../messages.openapi.js';
import { MessageResponses } from './message-responses.js';
import { ApiLastEventId, LastEventId } from '../stream/last-event-id.js';
import { StreamQuery, StreamsOnRequest, WantsStream } from '../stream/stream.query.js';

/** The routes of one reply. */
@ApiTags('Message')
@Controller('chatroom/:id/messages/:mid')
@ApiIdParam('id', 'The room.')
@ApiIdParam('mid', 'The reply.')
export class ReplyController {
  constructor(private readonly responses: MessageResponses) {}

  @Get('stream')
  @ProducesOnly('text/event-stream')
  @ApiLastEventId()
  @Operation({
    summary: 'Follow a reply',
    description:
      'Server-sent events: `status` first, `reset` (discard the text), `delta` (append), and `done` with the whole message. When the stream closes without `done`, connect again with the last event id. Read it with fetch: the browser’s EventSource cannot send the token.',
    success: STREAM_ANSWERS,
    takesId: true,
  })
  streamReply(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @IdParam('mid') replyId: string,
    @LastEventId() lastEventId: string | undefined,
    @Query() query: StreamQuery,
  ): Promise<EventStream | Response> {
    return this.responses.stream(user, roomId, replyId, lastEventId, query);
  }

  @Post('stop')
  @Operation({
    summary: 'Stop a reply',
    description:
      'Ends the reply with its text so far; the message still counts towards the daily limit. Stopping a final reply changes nothing.',
    success: STOPPED_ANSWER,
    takesBody: true,
    takesId: true,
    idempotent: true,
  })
  stopReply(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @IdParam('mid') replyId: string,
    @Body() _: NoBodyDto,
    @IdempotencyKey() idempotency: Idempotency | null,
  ): Promise<HttpAnswer<MessageDto>> {
    return this.responses.stop({ userId: user.userId, roomId, replyId, idempotency });
  }

  @Post('retry')
  @StreamsOnRequest()
  @UseGuards(DailyMessageLimitGuard)
  @Operation({
    summary: 'Retry a failed reply',
    description:
      'Runs the reply again in place, at most three times. Uses one message of the day if the failure gave its own back. With `Accept: text/event-stream` the response is the stream of the reply.',
    success: ACTION_ANSWER,
    errors: ['daily_limit_reached', 'not_retriable'],
    takesBody: true,
    takesId: true,
    idempotent: true,
  })
  retryReply(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @IdParam('mid') replyId: string,
    @Body() _: NoBodyDto,
    @IdempotencyKey() idempotency: Idempotency | null,
    @DailyMessageLimit() limit: DailyLimit,
    @RequestId() requestId: string,
    @WantsStream() stream: boolean,
    @Query() query: StreamQuery,
  ): Promise<HttpAnswer<SentDto> | EventStream> {
    const command = { userId: user.userId, roomId, replyId, idempotency, limit, requestId };
    return this.responses.perform('retry', user.sessionId, command, stream ? query : null);
  }

  @Post('regenerate')
  @StreamsOnRequest()
  @UseGuards(DailyMessageLimitGuard)
  @Operation({
    summary: 'Regenerate a reply',
    description:
      'Creates a sibling of the reply, which becomes the active one. Uses one message of the day. With `Accept: text/event-stream` the response is the stream of the reply.',
    success: ACTION_ANSWER,
    errors: ['daily_limit_reached', 'reply_in_progress'],
    takesBody: true,
    takesId: true,
    idempotent: true,
  })
  regenerateReply(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @IdParam('mid') replyId: string,
    @Body() _: NoBodyDto,
    @IdempotencyKey() idempotency: Idempotency | null,
    @DailyMessageLimit() limit: DailyLimit,
    @RequestId() requestId: string,
    @WantsStream() stream: boolean,
    @Query() query: StreamQuery,
  ): Promise<HttpAnswer<SentDto> | EventStream> {
    const command = { userId: user.userId, roomId, replyId, idempotency, limit, requestId };
    return this.responses.perform('regenerate', user.sessionId, command, stream ? query : null);
  }
}
