import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField } from '../../platform/fields/fields.js';
import { PageOf, StrictPageQuery } from '../../platform/fields/page.js';
import { IdField } from '../id.field.js';
import { AUDIT_ACTIONS } from './audit-actions.js';
import type { AuditEntry } from './audit-log.repository.js';

/** One action of an operator. */
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

  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'user.ban', description: 'Values may be added.' })
  action!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The account concerned; it may be deleted.',
  })
  user_id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The reply, room or event concerned.',
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
    description: 'The `request_id` of the request in the log.',
    example: '4f1c2b7a9d3e6f80-1a',
  })
  request_id!: string | null;
}

export class AuditPage extends PageOf(AuditEntryDto) {}

export class AuditQuery extends StrictPageQuery {
  @IdField('Only entries that concern this account.')
  user_id?: string;

  @IdField('Only actions of this admin.')
  actor_id?: string;

  @ChoiceField({ choices: AUDIT_ACTIONS, description: 'Only this action.', presence: 'optional' })
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
