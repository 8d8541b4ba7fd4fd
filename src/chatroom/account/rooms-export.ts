import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import {
  ExportSections,
  pageByPage,
  StatementSection,
  type ExportSection,
} from '../../users/export/export-sections.js';
import type { Chatroom } from '../chatroom.entity.js';
import { toRoom } from '../chatroom.dto.js';
import { ChatroomRepository } from '../chatroom.repository.js';

const PAGE = 500;

/** Exports rooms as the API shows them, with idempotency keys and a bypass of the list cache. */
@Injectable()
export class RoomsExport implements ExportSection {
  readonly name = 'chatrooms';

  constructor(
    private readonly rooms: ChatroomRepository,
    database: Database,
    sections: ExportSections,
  ) {
    sections.register(
      this,
      new StatementSection('idempotency_keys', database, IDEMPOTENCY_KEYS),
      new StatementSection('list_cache_bypass', database, LIST_CACHE_BYPASS),
    );
  }

  async *rows(userId: string): AsyncIterable<object> {
    for await (const room of this.allRooms(userId)) yield toRoom(room);
  }

  /** All rooms of the user, oldest first. */
  allRooms(userId: string): AsyncIterable<Chatroom> {
    return pageByPage(PAGE, (after) => this.rooms.listById(userId, after?.id ?? null, PAGE));
  }
}

const IDEMPOTENCY_KEYS = statement<{ userId: string }>(
  'export-idempotency-keys',
  'select key, resource_id as "resourceId", created_at as "createdAt" from idempotency_keys where user_id = :userId order by created_at',
);
const LIST_CACHE_BYPASS = statement<{ userId: string }>(
  'export-list-cache-bypass',
  'select since from list_cache_bypass where user_id = :userId',
);
