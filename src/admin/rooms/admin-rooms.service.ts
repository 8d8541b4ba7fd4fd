import { Injectable } from '@nestjs/common';
import { Cursors, type Page } from '../../platform/fields/page.js';
import type { Operator } from '../operator.js';
import { toAdminRoom, type AdminRoomDto, type RoomsQuery } from './admin-room.dto.js';
import { AdminRoomsRepository } from './admin-rooms.repository.js';

/** Lists rooms for operators: counts and states. */
@Injectable()
export class AdminRoomsService {
  constructor(
    private readonly rooms: AdminRoomsRepository,
    private readonly cursors: Cursors,
  ) {}

  async list(operator: Operator, query: RoomsQuery): Promise<Page<AdminRoomDto>> {
    const { user_id: userId = null, cursor, limit } = query;
    const scope = `admin-rooms:${operator.userId}`;
    const before = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const rows = await this.rooms.list(userId, before, limit + 1);
    return this.cursors.page(scope, rows, limit, toAdminRoom, ({ id }) => id);
  }
}
