import { Injectable } from '@nestjs/common';
import { RoomsExport } from '../../chatroom/account/rooms-export.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import {
  ExportSections,
  pageByPage,
  StatementSection,
  type ExportSection,
} from '../../users/export/export-sections.js';
import type { Message } from '../message.entity.js';
import { toMessage } from '../message.dto.js';
import { MessagesRepository } from '../messages.repository.js';

const PAGE = 500;

/** Exports every message and reply of every room, in order, as the API shows them, and the daily usage. */
@Injectable()
export class MessagesExport implements ExportSection {
  readonly name = 'messages';

  constructor(
    private readonly rooms: RoomsExport,
    private readonly messages: MessagesRepository,
    database: Database,
    sections: ExportSections,
  ) {
    sections.register(this, new StatementSection('daily_usage', database, DAILY_USAGE));
  }

  /** Reads room by room: no index lists the messages of one user across rooms. */
  async *rows(userId: string): AsyncIterable<object> {
    for await (const { id } of this.rooms.allRooms(userId)) {
      const inRoom = pageByPage<Message>(
        PAGE,
        async (after) => (await this.messages.oldestAfter(userId, id, after?.seq ?? 0, PAGE)) ?? [],
      );
      for await (const message of inRoom) yield toMessage(message);
    }
  }
}

const DAILY_USAGE = statement<{ userId: string }>(
  'export-daily-usage',
  `select d.day::text as day, d.used, d.refunded from users u join daily_usage d on d.quota_key = u.quota_key
         where u.id = :userId order by d.day`,
);
