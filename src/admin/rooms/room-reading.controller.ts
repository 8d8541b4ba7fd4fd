import { Body, Get, Post, Query } from '@nestjs/common';
import { MessagePage } from '../../messages/history/history.dto.js';
import type { MessageDto } from '../../messages/message.dto.js';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { OpenRoomDto, ReadRoomQuery, RoomAccessDto } from './admin-room.dto.js';
import { RoomReadingGuard } from './room-reading.guard.js';
import { RoomReadingService } from './room-reading.service.js';

/** The only routes that show users' texts to operators. */
@AdminController('rooms/:id', RoomReadingGuard)
@ApiIdParam('id', 'The room.')
export class RoomReadingController {
  constructor(private readonly reading: RoomReadingService) {}

  @Post('access')
  @AdminOperation({
    summary: 'Open a room for reading',
    description:
      'Opens the room to you alone for 30 minutes. Requires ADMIN_CAN_READ_MESSAGES. Reason and reads are recorded in the audit log and in the owner’s data export.',
    success: {
      status: 201,
      description: 'The room is open to you.',
      type: RoomAccessDto,
      headers: {
        Location: {
          description: 'Path of the room’s messages.',
          required: true,
          schema: {
            type: 'string',
            example: '/admin/api/rooms/019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f/messages',
          },
        },
      },
    },
    fresh: true,
    takesBody: true,
  })
  async openRoom(
    @CurrentOperator() operator: Operator,
    @IdParam('id') id: string,
    @Body() body: OpenRoomDto,
  ): Promise<HttpAnswer<RoomAccessDto>> {
    return new HttpAnswer(await this.reading.open(operator, id, body), {
      Location: `/admin/api/rooms/${id}/messages`,
    });
  }

  @Get('messages')
  @AdminOperation({
    summary: 'Read an open room',
    description: 'Newest first. Each page is recorded in the audit log and in the owner’s data export.',
    success: { status: 200, description: 'A page of messages.', type: MessagePage },
  })
  readRoom(
    @CurrentOperator() operator: Operator,
    @IdParam('id') id: string,
    @Query() query: ReadRoomQuery,
  ): Promise<Page<MessageDto>> {
    return this.reading.read(operator, id, query);
  }
}
