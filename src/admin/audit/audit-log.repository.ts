import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../../platform/database/database.js';
import type { AuditAction } from './audit-actions.js';

/** One act of an operator. */
export interface AuditEntry {
  id: string;
  createdAt: Date;
  /** The admin; null: the command line. */
  actorId: string | null;
  action: AuditAction;
  /** Whom it concerns; the account may be gone. */
  userId: string | null;
  /** The reply, room or event. */
  target: string | null;
  /** Dates, reasons, old and new states; no number and no text of a message. */
  details: Record<string, unknown>;
  requestId: string | null;
}

/** Which entries are asked for; null: all. */
export interface AuditFilter {
  userId: string | null;
  actorId: string | null;
  action: string | null;
}

/** The log of what operators did. It is only ever added to: the database itself refuses anything else. */
@Injectable()
export class AuditLogRepository {
  constructor(private readonly database: Database) {}

  async insert(entry: AuditEntry, manager?: EntityManager): Promise<void> {
    const { id, createdAt, actorId, action, userId, target, details, requestId } = entry;
    const values = [id, createdAt, actorId, action, userId, target, JSON.stringify(details), requestId];
    await this.database.run(INSERT, values, manager);
  }

  /** Newest first. Indexes audit_log_pkey, audit_log_user_id_idx, audit_log_actor_id_idx, audit_log_action_idx. */
  list(
    { userId, actorId, action }: AuditFilter,
    before: string | null,
    limit: number,
  ): Promise<AuditEntry[]> {
    return this.database.run<AuditEntry & object>(LIST, [userId, actorId, action, before, limit]);
  }
}

const INSERT: Statement = {
  name: 'audit-insert',
  text: `insert into audit_log (id, created_at, actor_id, action, user_id, target, details, request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
};
const LIST: Statement = {
  name: 'audit-list',
  text: `select id, created_at as "createdAt", actor_id as "actorId", action, user_id as "userId", target, details,
           request_id as "requestId"
         from audit_log
         where ($1::uuid is null or user_id = $1) and ($2::uuid is null or actor_id = $2)
           and ($3::text is null or action = $3) and ($4::uuid is null or id < $4)
         order by id desc limit $5`,
};
