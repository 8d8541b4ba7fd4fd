import { Body, Controller, Delete, Get, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { HttpAnswer } from '../platform/http/responses/http-answer.js';
import { ApiIdParam, IdParam } from '../platform/fields/id.param.js';
import { IdempotencyKey, type Idempotency } from '../platform/idempotency/idempotency.js';
import { BodyLimit, ROOM_BODY_KIB } from '../platform/http/body/json-body.js';
import { Operation } from '../platform/openapi/operation.decorator.js';
import type { Page } from '../platform/fields/page.js';
import { CurrentUser, type Principal } from '../platform/http/principal.js';
import { ApiIfNoneMatch, CREATED_HEADERS, LIST_HEADERS } from './chatroom.docs.js';
import { ChatroomDto, ChatroomPage } from './chatroom.dto.js';
import { CreateChatroomDto, ListChatroomsQuery, UpdateChatroomDto } from './chatroom.input.js';
import { ChatroomService } from './chatroom.service.js';
import { ChatroomListCacheInterceptor } from './list-cache/chatroom-list-cache.interceptor.js';

@ApiTags('Chatroom')
@Controller('chatroom')
export class ChatroomController {
  constructor(private readonly rooms: ChatroomService) {}

  @Post()
  @BodyLimit(ROOM_BODY_KIB)
  @Operation({
    summary: 'Create a room',
    description:
      'Without a name, the first line of the first message becomes the name. A user can have at most 10,000 rooms.',
    success: { status: 201, description: 'The room.', type: ChatroomDto, headers: CREATED_HEADERS },
    takesBody: true,
    idempotent: true,
    errors: ['not_found', 'room_limit_reached'],
  })
  createChatroom(
    @CurrentUser() user: Principal,
    @Body() body: CreateChatroomDto,
    @IdempotencyKey() idempotency: Idempotency | null,
  ): Promise<HttpAnswer<ChatroomDto>> {
    return this.rooms.create(user.userId, body, idempotency);
  }

  @Get()
  @UseInterceptors(ChatroomListCacheInterceptor)
  @ApiIfNoneMatch()
  @Operation({
    summary: 'List your rooms',
    description:
      'Pinned rooms come first, then rooms by last activity (the last accepted message, or creation). A room that becomes active while you page may appear twice: drop duplicates by id. Send the `ETag` back as `If-None-Match` to get 304 without a body while the list is unchanged.',
    success: [
      { status: 200, description: 'A page of rooms.', type: ChatroomPage, headers: LIST_HEADERS },
      { status: 304, description: 'The list still matches `If-None-Match`.', headers: LIST_HEADERS },
    ],
  })
  listChatrooms(
    @CurrentUser() user: Principal,
    @Query() query: ListChatroomsQuery,
  ): Promise<Page<ChatroomDto>> {
    return this.rooms.list(user.userId, query);
  }

  @Patch(':id')
  @BodyLimit(ROOM_BODY_KIB)
  @ApiIdParam('id', 'The room.')
  @Operation({
    summary: 'Rename, pin, archive or configure a room',
    description: 'An absent field stays as it is; null clears `system_prompt` and `model`.',
    success: { status: 200, description: 'The changed room.', type: ChatroomDto },
    takesBody: true,
    takesId: true,
  })
  updateChatroom(
    @CurrentUser() user: Principal,
    @IdParam('id') id: string,
    @Body() body: UpdateChatroomDto,
  ): Promise<ChatroomDto> {
    return this.rooms.update(user.userId, id, body);
  }

  @Delete(':id')
  @ApiIdParam('id', 'The room.')
  @Operation({
    summary: 'Delete a room with all its messages',
    description:
      'Stops a reply in progress; its message still counts towards the daily limit. Deletion cannot be undone.',
    success: { status: 204, description: 'The room is deleted.' },
    takesId: true,
  })
  deleteChatroom(@CurrentUser() user: Principal, @IdParam('id') id: string): Promise<void> {
    return this.rooms.delete(user.userId, id);
  }
}
