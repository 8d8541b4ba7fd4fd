import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { PageQuery } from '../../platform/fields/page.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { ChatroomWithMessagesDto } from './history.dto.js';
import { HistoryService } from './history.service.js';

/** `GET /chatroom/:id`. In this feature because it shows messages, and rooms must not depend on messages. */
@ApiTags('Chatroom')
@Controller('chatroom')
export class RoomViewController {
  constructor(private readonly history: HistoryService) {}

  @Get(':id')
  @ApiIdParam('id', 'The room.')
  @Operation({
    summary: 'Read a room with its newest messages',
    description: 'The room, and the first page of its messages as `GET …/messages` returns it.',
    success: { status: 200, description: 'The room.', type: ChatroomWithMessagesDto },
    takesId: true,
  })
  getChatroom(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @Query() query: PageQuery,
  ): Promise<ChatroomWithMessagesDto> {
    return this.history.room(user.userId, roomId, query);
  }
}
