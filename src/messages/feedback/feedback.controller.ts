import { Body, Controller, Delete, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import { BodyLimit, ROOM_BODY_KIB } from '../../platform/http/body/json-body.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import type { MessageDto } from '../message.dto.js';
import { FEEDBACK_ANSWER } from '../messages.openapi.js';
import { GiveFeedbackDto } from './feedback.input.js';
import { FeedbackService } from './feedback.service.js';

/** The user's feedback on a reply. */
@ApiTags('Message')
@Controller('chatroom/:id/messages/:mid/feedback')
@ApiIdParam('id', 'The room.')
@ApiIdParam('mid', 'The reply.')
export class FeedbackController {
  constructor(private readonly feedback: FeedbackService) {}

  @Put()
  @BodyLimit(ROOM_BODY_KIB)
  @Operation({
    summary: 'Give feedback on a reply',
    description:
      'Replaces earlier feedback on the reply: an absent field is empty afterwards. A retry of the reply removes it.',
    success: FEEDBACK_ANSWER,
    takesBody: true,
    takesId: true,
  })
  giveFeedback(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @IdParam('mid') replyId: string,
    @Body() body: GiveFeedbackDto,
  ): Promise<MessageDto> {
    return this.feedback.give({ userId: user.userId, roomId, replyId }, body);
  }

  @Delete()
  @Operation({
    summary: 'Remove the feedback on a reply',
    description: 'Also succeeds where the reply has none.',
    success: { status: 204, description: 'The reply has no feedback.' },
    takesId: true,
  })
  removeFeedback(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @IdParam('mid') replyId: string,
  ): Promise<void> {
    return this.feedback.remove({ userId: user.userId, roomId, replyId });
  }
}
