import { Injectable } from '@nestjs/common';
import { toMessage, type MessageDto } from '../../messages/message.dto.js';
import { MessagesRepository } from '../../messages/messages.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { newId } from '../../platform/crypto/id.js';
import { Database } from '../../platform/database/database.js';
import { Cursors, type Page, type PageQuery } from '../../platform/fields/page.js';
import { Problem } from '../../platform/problem/problem.js';
import { AuditLog } from '../audit/audit-log.service.js';
import type { Operator } from '../operator.js';
import { AdminRoomsRepository } from './admin-rooms.repository.js';
import type { OpenRoomDto, RoomAccessDto } from './admin-room.dto.js';

/** Enough time to examine one case. */
const OPEN_MS = 30 * 60_000;

/** Opens one room to one admin for reading, and records each read. */
@Injectable()
export class RoomReadingService {
  constructor(
    private readonly rooms: AdminRoomsRepository,
    private readonly messages: MessagesRepository,
    private readonly audit: AuditLog,
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `not_found` */
  open(
    { userId: adminId, ...operator }: Operator,
    roomId: string,
    { reason }: OpenRoomDto,
  ): Promise<RoomAccessDto> {
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + OPEN_MS);
    const id = newId();
    return this.database.tx(async (manager) => {
      const ownerId = await this.rooms.ownerOf(roomId, manager);
      if (ownerId === null) throw Problem.notFound();
      const access = { id, adminId, chatroomId: roomId, ownerId, reason, createdAt, expiresAt };
      await this.rooms.open(access, manager);
      const details = { access_id: id, reason, expires_at: expiresAt };
      const act = { action: 'room.access', userId: ownerId, target: roomId, details } as const;
      await this.audit.write({ ...operator, userId: adminId }, act, manager);
      return { access_id: id, expires_at: expiresAt.toISOString() };
    });
  }

  /**
   * A page of the room's messages, newest first. The read is recorded before the page is returned.
   * @throws Problem `not_found` without an access of this admin that is open now
   */
  async read(operator: Operator, roomId: string, { cursor, limit }: PageQuery): Promise<Page<MessageDto>> {
    const access = await this.rooms.findOpen(operator.userId, roomId, this.clock.now());
    if (!access) throw Problem.notFound();
    const scope = `room-access:${access.id}`;
    const before = cursor === undefined ? null : this.cursors.decode<number>(scope, cursor);
    const rows = await this.messages.newestBefore(access.ownerId, roomId, before, limit + 1);
    if (!rows) throw Problem.notFound();
    const page = this.cursors.page(scope, rows, limit, toMessage, ({ seq }) => seq);
    await this.audit.write(operator, {
      action: 'room.read',
      userId: access.ownerId,
      target: roomId,
      details: { access_id: access.id, messages: page.data.length },
    });
    return page;
  }
}
