import { Injectable } from '@nestjs/common';
import { columnsNamed } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { ExportSections, StatementSection } from './export-sections.js';

/** Section of the events about the user that were sent to the app's server. */
@Injectable()
export class EventsExport {
  constructor(database: Database, sections: ExportSections) {
    sections.register(new StatementSection('outgoing_events', database, EVENTS));
  }
}

/** Index outgoing_events_user_id_idx. */
const EVENTS = statement<{ userId: string }>(
  'export-outgoing-events',
  `select ${columnsNamed('id', 'type', 'data', 'state', 'tries', 'nextTryAt', 'giveUpAt', 'lastError', 'createdAt', 'endedAt', 'onceKey')}
   from outgoing_events where user_id = :userId order by id`,
);
