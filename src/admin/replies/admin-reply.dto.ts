import { ApiProperty } from '@nestjs/swagger';
import { REPLY_ERRORS, REPLY_STATES, type ReplyState } from '../../messages/message.entity.js';
import { ChoiceField } from '../../platform/fields/fields.js';
import { PageOf, StrictPageQuery } from '../../platform/fields/page.js';
import { IdField } from '../id.field.js';
import type { AdminReplyRow } from './admin-replies.repository.js';

/** A reply as operators see it: everything but its text. */
export class AdminReplyDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'Whose it is.' })
  user_id!: string;

  @ApiProperty({ format: 'uuid' })
  chatroom_id!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Its place in the room.', example: 2 })
  seq!: number;

  @ApiProperty({ enum: REPLY_STATES, example: 'failed', description: 'New values may come.' })
  status!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: [...Object.keys(REPLY_ERRORS), null],
    example: 'model_unavailable',
    description: 'Why there is no whole answer. New codes may come.',
  })
  error_code!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The model that answered.', example: null })
  model!: string | null;

  @ApiProperty({ type: 'integer', description: 'Grows whenever it is begun.', example: 5 })
  attempt!: number;

  @ApiProperty({ type: 'integer', description: 'Retries by hand, by its person or an operator.', example: 0 })
  retries!: number;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'The day that pays for it; null: none does.',
    example: null,
  })
  charged_on!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while it is live.' })
  completed_at!: string | null;
}

export class AdminReplyPage extends PageOf(AdminReplyDto) {}

export class RepliesQuery extends StrictPageQuery {
  @ChoiceField({
    choices: REPLY_STATES,
    description: 'Which replies; those that failed, when nothing is said.',
    presence: 'optional',
  })
  status?: ReplyState;

  @IdField('Whose replies.')
  user_id?: string;
}

export function toAdminReply(reply: AdminReplyRow): AdminReplyDto {
  return {
    id: reply.id,
    user_id: reply.userId,
    chatroom_id: reply.chatroomId,
    seq: reply.seq,
    status: reply.status,
    error_code: reply.errorCode,
    model: reply.model,
    attempt: reply.attempt,
    retries: reply.generation - 1,
    charged_on: reply.chargedOn,
    created_at: reply.createdAt.toISOString(),
    completed_at: reply.completedAt?.toISOString() ?? null,
  };
}
