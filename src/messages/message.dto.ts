import { ApiProperty } from '@nestjs/swagger';
import { Alias } from '../platform/http/alias.decorator.js';
import { TextField } from '../platform/http/fields.js';
import { REPLY_ERRORS, REPLY_STATES, type Message } from './message.entity.js';

const MAX_CONTENT = 32_000;

export class SendMessageDto {
  @Alias('text')
  @TextField({
    min: 1,
    max: MAX_CONTENT,
    description: 'What the person says.',
    example: 'Why is the sky blue?',
  })
  content!: string;
}

export class ReplyErrorDto {
  @ApiProperty({
    enum: Object.keys(REPLY_ERRORS),
    description: 'Why there is no whole answer. New codes may come.',
  })
  code!: string;

  @ApiProperty({ description: 'The same for people; never the provider’s words.' })
  detail!: string;

  @ApiProperty({ description: 'Is it worth trying again?' })
  retriable!: boolean;
}

export class TokenUsageDto {
  @ApiProperty({ type: 'integer', description: 'Tokens of system prompt, history and message.' })
  prompt_tokens!: number;

  @ApiProperty({ type: 'integer', description: 'Tokens of the answer.' })
  output_tokens!: number;

  @ApiProperty({ type: 'integer', description: 'Tokens that the model spent on thinking.' })
  thought_tokens!: number;

  @ApiProperty({ type: 'integer', description: 'Part of `prompt_tokens` that came from a cache.' })
  cached_tokens!: number;
}

export class MessageDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: '1, 2, 3 … in the room, in order of acceptance.' })
  seq!: number;

  @ApiProperty({ format: 'uuid' })
  chatroom_id!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'What it continues; of a reply its message.',
  })
  parent_id!: string | null;

  @ApiProperty({ enum: ['user', 'model'] })
  role!: string;

  @ApiProperty({ description: 'The text; of a live reply what was written when it was read.' })
  content!: string;

  @ApiProperty({ enum: REPLY_STATES, description: 'New ones may come: live while `completed_at` is null.' })
  status!: string;

  @ApiProperty({ type: () => ReplyErrorDto, nullable: true })
  error!: ReplyErrorDto | null;

  @ApiProperty({
    type: String,
    enum: ['stop', 'length', 'safety', 'recitation', 'stopped', 'error', null],
    nullable: true,
    description: 'How the model ended, in the same words for every provider.',
  })
  finish_reason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The model that answered.' })
  model!: string | null;

  @ApiProperty({ type: () => TokenUsageDto, nullable: true })
  usage!: TokenUsageDto | null;

  @ApiProperty({
    type: 'integer',
    description: 'How often a worker began this reply; 0 for a user’s message.',
  })
  attempt!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'With `retrying`: when it goes on.',
  })
  next_attempt_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Of a reply: the message that it answers.',
  })
  in_reply_to!: string | null;

  @ApiProperty({ description: 'Does the conversation go on from this one?' })
  active!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null while the reply is live.',
  })
  completed_at!: string | null;
}

export class SentDto {
  @ApiProperty({ type: () => MessageDto })
  message!: MessageDto;

  @ApiProperty({ type: () => MessageDto })
  reply!: MessageDto;
}

/** The wire's form of a message. */
export function toMessage(message: Message): MessageDto {
  return {
    id: message.id,
    seq: message.seq,
    chatroom_id: message.chatroomId,
    parent_id: message.parentId,
    role: message.role,
    content: message.content,
    status: message.status,
    error: message.errorCode && { code: message.errorCode, ...REPLY_ERRORS[message.errorCode] },
    finish_reason: message.finishReason,
    model: message.model,
    usage:
      message.promptTokens === null
        ? null
        : {
            prompt_tokens: message.promptTokens,
            output_tokens: message.outputTokens ?? 0,
            thought_tokens: message.thoughtTokens ?? 0,
            cached_tokens: message.cachedTokens ?? 0,
          },
    attempt: message.attempt,
    next_attempt_at: message.nextAttemptAt?.toISOString() ?? null,
    in_reply_to: message.inReplyTo,
    active: message.active,
    created_at: message.createdAt.toISOString(),
    completed_at: message.completedAt?.toISOString() ?? null,
  };
}
