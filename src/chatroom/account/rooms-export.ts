import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
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

/** Of the rooms: as the API shows them, with what is remembered about requests that made them. */
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
    for await (const room of this.every(userId)) yield toRoom(room);
  }

  /** All rooms of the user, the oldest first. */
  every(userId: string): AsyncIterable<Chatroom> {
    return pageByPage(PAGE, (after) => this.rooms.listById(userId, after?.id ?? null, PAGE));
  }
}

const IDEMPOTENCY_KEYS: Statement = {
  name: 'export-idempotency-keys',
  text: 'select key, resource_id, created_at from idempotency_keys where user_id = $1 order by created_at',
};
const LIST_CACHE_BYPASS: Statement = {
  name: 'export-list-cache-bypass',
  text: 'select since from list_cache_bypass where user_id = $1',
};
