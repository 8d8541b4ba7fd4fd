import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import { ExportSections, StatementSection } from '../../users/export/export-sections.js';

/** Of the rooms that were opened to an operator: who, why, and each time that they were read. Admins by their id alone. */
@Injectable()
export class OperatorAccessExport {
  constructor(database: Database, sections: ExportSections) {
    sections.register(new StatementSection('operator_access', database, OPERATOR_ACCESS));
  }
}

/** Indexes room_accesses_owner_id_idx, audit_log_user_id_idx. */
const OPERATOR_ACCESS: Statement = {
  name: 'export-operator-access',
  text: `
    select a.id as access_id, a.admin_id, a.chatroom_id, a.reason, a.created_at as opened_at, a.expires_at,
      coalesce((
        select json_agg(to_char(l.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') order by l.id) from audit_log l
        where l.user_id = a.owner_id and l.action = 'room.read' and l.details ->> 'access_id' = a.id::text
      ), '[]') as read_at
    from room_accesses a where a.owner_id = $1 order by a.id`,
};
