import { Get, Query } from '@nestjs/common';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminListOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AdminRoomPage, RoomsQuery, AdminRoomDto } from './admin-room.dto.js';
import { AdminRoomsService } from './admin-rooms.service.js';

@AdminController('rooms')
export class AdminRoomsController {
  constructor(private readonly rooms: AdminRoomsService) {}

  @Get()
  @AdminListOperation({
    item: AdminRoomDto,
    summary: 'List rooms',
    description: 'Newest first, with counts and states, without texts.',
    shown: 'A page of rooms.',
    page: AdminRoomPage,
  })
  listRooms(@CurrentOperator() operator: Operator, @Query() query: RoomsQuery): Promise<Page<AdminRoomDto>> {
    return this.rooms.list(operator, query);
  }
}
