import { Body, Controller, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ChatroomDto } from '../../chatroom/chatroom.dto.js';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import { BodyLimit, MESSAGE_BODY_KIB, ROOM_BODY_KIB } from '../../platform/http/body/json-body.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { RequestId } from '../../platform/http/request-id.decorator.js';
import { Produces } from '../../platform/http/responses/accept.js';
import { EventStream } from '../../platform/http/responses/event-stream.js';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { ApiPreferWait, PreferWait } from '../../platform/http/responses/prefer.decorator.js';
import { IdempotencyKey, type Idempotency } from '../../platform/idempotency/idempotency.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { SendMessageDto, type SentDto } from '../message.dto.js';
import { SENT_ANSWERS } from '../messages.openapi.js';
import type { DailyLimit } from '../quota/daily-limit.js';
import { DailyMessageLimit, DailyMessageLimitGuard } from '../quota/daily-message-limit.guard.js';
import { MessageResponses } from '../replies/message-responses.js';
import { StreamQuery, WantsStream } from '../stream/stream.query.js';
import { ChooseMessageDto } from './branches.dto.js';
import { BranchesService } from './branches.service.js';

/** The routes of a room's branches. */
@ApiTags('Message')
@Controller('chatroom/:id')
@ApiIdParam('id', 'The room.')
export class BranchesController {
  constructor(
    private readonly responses: MessageResponses,
    private readonly branches: BranchesService,
  ) {}

  @Post('messages/:mid/edit')
  @BodyLimit(MESSAGE_BODY_KIB)
  @UseGuards(DailyMessageLimitGuard)
  @ApiIdParam('mid', 'The message of the user.')
  @Produces('text/event-stream')
  @ApiPreferWait()
  @Operation({
    summary: 'Edit a message',
    description:
      'Stores another form of a message of the user, a sibling with the same parent, which the model answers; the conversation goes on from it. The earlier form stays, with everything below it (PUT …/active). Uses one message of the day, and responds as `POST …/message` does. With `Accept: text/event-stream` the response is the stream of the reply.',
    success: SENT_ANSWERS,
    errors: ['daily_limit_reached', 'reply_in_progress'],
    takesBody: true,
    takesId: true,
    idempotent: true,
  })
  editMessage(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @IdParam('mid') editedId: string,
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
      { userId: user.userId, roomId, content: body.content, editedId, idempotency, limit, requestId },
      { waitSeconds, stream: stream ? query : null },
    );
  }

  @Put('active')
  @BodyLimit(ROOM_BODY_KIB)
  @Operation({
    summary: 'Choose a branch',
    description:
      'The conversation goes on from the newest message below the given one, which becomes the `active_leaf_id` of the room. A reply in progress on another branch is finished there.',
    success: { status: 200, description: 'The room.', type: ChatroomDto },
    takesBody: true,
    takesId: true,
  })
  chooseBranch(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @Body() body: ChooseMessageDto,
  ): Promise<ChatroomDto> {
    return this.branches.choose(user.userId, roomId, body.message_id);
  }
}
