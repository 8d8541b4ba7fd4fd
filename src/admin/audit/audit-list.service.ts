import { Injectable } from '@nestjs/common';
import { Cursors, type Page } from '../../platform/fields/page.js';
import type { Operator } from '../operator.js';
import { AuditLogRepository } from './audit-log.repository.js';
import { toAuditEntry, type AuditEntryDto, type AuditQuery } from './audit.dto.js';

/** Lists entries of the audit log. */
@Injectable()
export class AuditListService {
  constructor(
    private readonly entries: AuditLogRepository,
    private readonly cursors: Cursors,
  ) {}

  async list(operator: Operator, query: AuditQuery): Promise<Page<AuditEntryDto>> {
    const { user_id: userId = null, actor_id: actorId = null, action = null, cursor, limit } = query;
    const scope = `audit:${operator.userId}`;
    const before = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const rows = await this.entries.list({ userId, actorId, action }, before, limit + 1);
    return this.cursors.page(scope, rows, limit, toAuditEntry, ({ id }) => id);
  }
}
