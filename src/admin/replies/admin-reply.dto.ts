import { ApiProperty } from '@nestjs/swagger';
import { REPLY_ERRORS, REPLY_STATES, type ReplyState } from '../../messages/message.entity.js';
import { ChoiceField } from '../../platform/fields/fields.js';
import { PageOf, StrictPageQuery } from '../../platform/fields/page.js';
import { IdField } from '../id.field.js';
import type { AdminReplyRow } from './admin-replies.repository.js';

/** A reply for operators, without its text. */
export class AdminReplyDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The user of the reply.' })
  user_id!: string;

  @ApiProperty({ format: 'uuid' })
  chatroom_id!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Its sequence number in the room.', example: 2 })
  seq!: number;

  @ApiProperty({ enum: REPLY_STATES, example: 'failed', description: 'Values may be added.' })
  status!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: [...Object.keys(REPLY_ERRORS), null],
    example: 'model_unavailable',
    description: 'Why the answer is not complete. Codes may be added.',
  })
  error_code!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The provider that was called last, by its name in LLM_PROVIDERS: the one that answered, or that failed. Null: none was called, the deadline ended the reply, or the reply ended before providers were stored.',
    example: 'gemini',
  })
  provider!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The model that answered, as its provider names it; null: none did.',
    example: null,
  })
  model!: string | null;

  @ApiProperty({
    type: 'integer',
    description: 'Number of the attempt; every claim and retry raises it.',
    example: 5,
  })
  attempt!: number;

  @ApiProperty({ type: 'integer', description: 'Retries requested by its user or an operator.', example: 0 })
  retries!: number;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'The day whose limit it counts in; null: none.',
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
    description: 'Only replies in this state. Default: failed.',
    presence: 'optional',
  })
  status?: ReplyState;

  @IdField('Only replies of this user.')
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
    provider: reply.provider,
    model: reply.model,
    attempt: reply.attempt,
    retries: reply.generation - 1,
    charged_on: reply.chargedOn,
    created_at: reply.createdAt.toISOString(),
    completed_at: reply.completedAt?.toISOString() ?? null,
  };
}
