import { Body, Controller, Get, Post, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Produces, ProducesOnly } from '../platform/http/responses/accept.js';
import { EventStream } from '../platform/http/responses/event-stream.js';
import { HttpAnswer } from '../platform/http/responses/http-answer.js';
import { ApiIdParam, IdParam } from '../platform/fields/id.param.js';
import { IdempotencyKey, type Idempotency } from '../platform/idempotency/idempotency.js';
import { BodyLimit, MESSAGE_BODY_KIB } from '../platform/http/body/json-body.js';
import { Operation } from '../platform/openapi/operation.decorator.js';
import { PREFERENCE_APPLIED_HEADER } from '../platform/openapi/shared-headers.js';
import type { Page } from '../platform/fields/page.js';
import { ApiPreferWait, PreferWait } from '../platform/http/responses/prefer.decorator.js';
import { RequestId } from '../platform/http/request-id.decorator.js';
import { CurrentUser, type Principal } from '../platform/http/principal.js';
import type { DailyLimit } from './quota/daily-limit.js';
import { DailyMessageLimit, DailyMessageLimitGuard } from './quota/daily-message-limit.guard.js';
import { HistoryService } from './history/history.service.js';
import { MessageDto, SendMessageDto, type SentDto } from './message.dto.js';
import { HistoryQuery, MessagePage } from './history/history.dto.js';
import { MessageResponses } from './replies/message-responses.js';
import { ROOM_STREAM_ANSWERS, SENT_ANSWERS, STREAMED_ANSWER } from './messages.openapi.js';
import { StreamQuery, WantsStream } from './stream/stream.query.js';

@ApiTags('Message')
@Controller('chatroom/:id')
export class MessagesController {
  constructor(
    private readonly responses: MessageResponses,
    private readonly history: HistoryService,
  ) {}

  @Post('message')
  @BodyLimit(MESSAGE_BODY_KIB)
  @UseGuards(DailyMessageLimitGuard)
  @ApiIdParam('id', 'The room.')
  @Produces('text/event-stream')
  @ApiPreferWait()
  @Operation({
    summary: 'Send a message',
    description:
      'Stores the message; the model answers in the background. Poll the reply at its `Location`, wait for it with `Prefer: wait=25`, or send to `…/message/stream` to read the reply while it is written.',
    success: SENT_ANSWERS,
    errors: ['daily_limit_reached'],
    takesBody: true,
    takesId: true,
    idempotent: true,
  })
  sendMessage(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @Body() body: SendMessageDto,
    @IdempotencyKey() idempotency: Idempotency | null,
    @DailyMessageLimit() limit: DailyLimit,
    @RequestId() requestId: string,
    @PreferWait() waitSeconds: number | null,
    @WantsStream() stream: boolean,
    @Query() query: StreamQuery,
  ): Promise<HttpAnswer<SentDto> | EventStream> {
    return this.responses.send(
      user.sessionId,
      { userId: user.userId, roomId, content: body.content, editedId: null, idempotency, limit, requestId },
      { waitSeconds, stream: stream ? query : null },
    );
  }

  @Post('message/stream')
  @BodyLimit(MESSAGE_BODY_KIB)
  @UseGuards(DailyMessageLimitGuard)
  @ApiIdParam('id', 'The room.')
  @ProducesOnly('text/event-stream')
  @Operation({
    summary: 'Send a message and stream the reply',
    description:
      'Like `POST …/message`, but the response is the stream of the reply. An Idempotency-Key is shared by both routes. An error before the stream begins is problem+json.',
    success: STREAMED_ANSWER,
    errors: ['daily_limit_reached'],
    takesBody: true,
    takesId: true,
    idempotent: true,
  })
  sendMessageStream(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @Body() body: SendMessageDto,
    @IdempotencyKey() idempotency: Idempotency | null,
    @DailyMessageLimit() limit: DailyLimit,
    @RequestId() requestId: string,
    @Query() query: StreamQuery,
  ): Promise<HttpAnswer<SentDto> | EventStream> {
    return this.responses.send(
      user.sessionId,
      { userId: user.userId, roomId, content: body.content, editedId: null, idempotency, limit, requestId },
      { waitSeconds: null, stream: query },
    );
  }

  @Get('stream')
  @ApiIdParam('id', 'The room.')
  @ProducesOnly('text/event-stream')
  @Operation({
    summary: 'Follow the live reply of a room',
    description:
      'Streams the live reply of the room, or the next one, from its start; `Location` is its path. Use it after a reload of the screen. When the connection breaks, resume at `<Location>/stream` with the last event id.',
    success: ROOM_STREAM_ANSWERS,
    takesId: true,
  })
  streamRoom(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @Query() query: StreamQuery,
  ): Promise<EventStream | Response> {
    return this.responses.streamRoom(user, roomId, query);
  }

  @Get('messages')
  @ApiIdParam('id', 'The room.')
  @Operation({
    summary: 'List the messages of a room',
    description:
      'Newest first; the cursor leads to older messages. With `after`: oldest first; the cursor leads to newer messages. With `view=path`: only the active path, from the room’s `active_leaf_id` back; the cursor follows the line on which it began.',
    success: { status: 200, description: 'A page of messages.', type: MessagePage },
    takesId: true,
  })
  listMessages(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @Query() query: HistoryQuery,
  ): Promise<Page<MessageDto>> {
    return this.history.page(user.userId, roomId, query);
  }

  @Get('messages/:mid')
  @ApiIdParam('id', 'The room.')
  @ApiIdParam('mid', 'The message or reply.')
  @ApiPreferWait()
  @Operation({
    summary: 'Read one message',
    description: 'With `Prefer: wait=N` the response waits until the reply is final, at most N seconds.',
    success: {
      status: 200,
      description: 'The message in its present state.',
      type: MessageDto,
      headers: { 'Preference-Applied': PREFERENCE_APPLIED_HEADER },
    },
    takesId: true,
  })
  getMessage(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @IdParam('mid') messageId: string,
    @PreferWait() waitSeconds: number | null,
  ): Promise<HttpAnswer<MessageDto>> {
    return this.responses.read(user.userId, roomId, messageId, waitSeconds);
  }
}
