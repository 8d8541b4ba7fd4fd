import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { ExportSections, StatementSection } from '../../users/export/export-sections.js';

/** Section of the data export: operators' accesses to the user's rooms, with reason and each read. Admins only by id. */
@Injectable()
export class OperatorAccessExport {
  constructor(database: Database, sections: ExportSections) {
    sections.register(new StatementSection('operator_access', database, OPERATOR_ACCESS));
  }
}

/** Indexes room_accesses_owner_id_idx, audit_log_user_id_idx. */
const OPERATOR_ACCESS = statement<{ userId: string }>(
  'export-operator-access',
  `
    select a.id as "accessId", a.admin_id as "adminId", a.chatroom_id as "chatroomId", a.reason, a.created_at as "openedAt",
      a.expires_at as "expiresAt",
      coalesce((
        select json_agg(to_char(l.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') order by l.id) from audit_log l
        where l.user_id = a.owner_id and l.action = 'room.read' and l.details ->> 'access_id' = a.id::text
      ), '[]') as "readAt"
    from room_accesses a where a.owner_id = :userId order by a.id`,
);
