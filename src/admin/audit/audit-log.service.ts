import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { newId } from '../../platform/crypto/id.js';
import type { Operator } from '../operator.js';
import type { AuditAction } from './audit-actions.js';
import { AuditLogRepository, type AuditEntry } from './audit-log.repository.js';

/** An action with its account, target and details. */
export type AuditedAction = { action: AuditAction } & Partial<
  Pick<AuditEntry, 'userId' | 'target' | 'details'>
>;

/** Writes operators' actions to the audit log. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly entries: AuditLogRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param operator null: the command line
   * @param manager the transaction of the action, if it has one: both are committed or neither
   */
  write(operator: Operator | null, act: AuditedAction, manager?: EntityManager): Promise<void> {
    const { action, userId = null, target = null, details = {} } = act;
    const { userId: actorId = null, requestId = null } = operator ?? {};
    const entry = {
      id: newId(),
      createdAt: this.clock.now(),
      actorId,
      action,
      userId,
      target,
      details,
      requestId,
    };
    return this.entries.insert(entry, manager);
  }
}
