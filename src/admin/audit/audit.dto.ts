import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField } from '../../platform/fields/fields.js';
import { PageOf, StrictPageQuery } from '../../platform/fields/page.js';
import { IdField } from '../id.field.js';
import { AUDIT_ACTIONS } from './audit-actions.js';
import type { AuditEntry } from './audit-log.repository.js';

/** One act of an operator. */
export class AuditEntryDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The admin; null: the command line.',
  })
  actor_id!: string | null;

  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'user.ban', description: 'New values may come.' })
  action!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Whom it concerns; the account may be gone.',
  })
  user_id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The reply, room or event that it is about.',
    example: null,
  })
  target!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Reasons, dates, old and new states.',
    example: { reason: 'Spam', was_suspended: false },
  })
  details!: Record<string, unknown>;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The request, as the log has it.',
    example: '4f1c2b7a9d3e6f80-1a',
  })
  request_id!: string | null;
}

export class AuditPage extends PageOf(AuditEntryDto) {}

export class AuditQuery extends StrictPageQuery {
  @IdField('Whom it concerns.')
  user_id?: string;

  @IdField('Who did it.')
  actor_id?: string;

  @ChoiceField({ choices: AUDIT_ACTIONS, description: 'What was done.', presence: 'optional' })
  action?: string;
}

export function toAuditEntry(entry: AuditEntry): AuditEntryDto {
  return {
    id: entry.id,
    created_at: entry.createdAt.toISOString(),
    actor_id: entry.actorId,
    action: entry.action,
    user_id: entry.userId,
    target: entry.target,
    details: entry.details,
    request_id: entry.requestId,
  };
}
