import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnsNamed } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import type { AuditAction } from './audit-actions.js';

/** One action of an operator. */
export interface AuditEntry {
  id: string;
  createdAt: Date;
  /** The admin; null: the command line. */
  actorId: string | null;
  action: AuditAction;
  /** The account concerned; it may be deleted. */
  userId: string | null;
  /** The reply, room or event. */
  target: string | null;
  /** Dates, reasons, old and new states; no number and no text of a message. */
  details: Record<string, unknown>;
  requestId: string | null;
}

/** Filter of entries; null: all. */
export interface AuditFilter {
  userId: string | null;
  actorId: string | null;
  action: string | null;
}

/** The audit log. Append-only: the database refuses changes and deletions. */
@Injectable()
export class AuditLogRepository {
  constructor(private readonly database: Database) {}

  async insert(entry: AuditEntry, manager?: EntityManager): Promise<void> {
    await this.database.run(INSERT, { ...entry, details: JSON.stringify(entry.details) }, manager);
  }

  /** Newest first. Indexes audit_log_pkey, audit_log_user_id_idx, audit_log_actor_id_idx, audit_log_action_idx. */
  list(
    { userId, actorId, action }: AuditFilter,
    before: string | null,
    limit: number,
  ): Promise<AuditEntry[]> {
    return this.database.run(LIST, { userId, actorId, action, before, limit });
  }
}

const COLUMNS = columnsNamed<AuditEntry>(
  'id',
  'createdAt',
  'actorId',
  'action',
  'userId',
  'target',
  'details',
  'requestId',
);

const INSERT = statement<Omit<AuditEntry, 'details'> & { details: string }>(
  'audit-insert',
  `insert into audit_log (id, created_at, actor_id, action, user_id, target, details, request_id)
         values (:id, :createdAt, :actorId, :action, :userId, :target, :details, :requestId)`,
);
const LIST = statement<
  {
    userId: string | null;
    actorId: string | null;
    action: string | null;
    before: string | null;
    limit: number;
  },
  AuditEntry
>(
  'audit-list',
  `select ${COLUMNS} from audit_log
         where (:userId::uuid is null or user_id = :userId) and (:actorId::uuid is null or actor_id = :actorId)
           and (:action::text is null or action = :action) and (:before::uuid is null or id < :before)
         order by id desc limit :limit`,
);
