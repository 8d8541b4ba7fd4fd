import { ApiProperty } from '@nestjs/swagger';
import { Alias } from '../platform/fields/alias.decorator.js';
import { TextField } from '../platform/fields/fields.js';
import { RATINGS, REPLY_ERRORS, REPLY_STATES, type Feedback, type Message } from './message.entity.js';

const MAX_CONTENT = 32_000;

export class SendMessageDto {
  @Alias('text')
  @TextField({
    min: 1,
    max: MAX_CONTENT,
    description: 'Text of the message.',
    example: 'Why is the sky blue?',
  })
  content!: string;
}

export class ReplyErrorDto {
  @ApiProperty({
    enum: Object.keys(REPLY_ERRORS),
    description: 'Why there is no complete answer. More codes may be added.',
  })
  code!: string;

  @ApiProperty({
    description: 'The reason in words, and what to do. Never the provider’s own text.',
    example: 'The language model could not be reached. Try again.',
  })
  detail!: string;

  @ApiProperty({ description: 'Whether `retry` may succeed without a change.' })
  retriable!: boolean;
}

export class TokenUsageDto {
  @ApiProperty({ type: 'integer', description: 'Tokens of system prompt, history and message.', example: 12 })
  prompt_tokens!: number;

  @ApiProperty({ type: 'integer', description: 'Tokens of the answer.', example: 15 })
  output_tokens!: number;

  @ApiProperty({ type: 'integer', description: 'Tokens that the model spent on thinking.', example: 0 })
  thought_tokens!: number;

  @ApiProperty({
    type: 'integer',
    description: 'The part of `prompt_tokens` that the provider read from its cache.',
    example: 0,
  })
  cached_tokens!: number;
}

export class FeedbackDto {
  @ApiProperty({ enum: RATINGS, example: 'down' })
  rating!: string;

  @ApiProperty({ type: [String], example: ['incomplete'] })
  tags!: string[];

  @ApiProperty({ type: String, nullable: true, example: 'The red light of the evening is missing.' })
  comment!: string | null;
}

export class SiblingsDto {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Position among the siblings, oldest first.',
    example: 1,
  })
  index!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Number of siblings, this message included.',
    example: 1,
  })
  count!: number;
}

export class MessageDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Position in the room: 1, 2, 3 … in order of acceptance.',
    example: 2,
  })
  seq!: number;

  @ApiProperty({ format: 'uuid' })
  chatroom_id!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The message that this one follows; for a reply, the message that it answers.',
    example: '019a9d30-0c44-7a10-9b52-6d7e8f901234',
  })
  parent_id!: string | null;

  @ApiProperty({ enum: ['user', 'model'], example: 'model' })
  role!: string;

  @ApiProperty({
    description: 'The text; for a live reply, the text written so far.',
    example: 'Sunlight is scattered by the air, and blue light more than red.',
  })
  content!: string;

  @ApiProperty({
    enum: REPLY_STATES,
    description: 'State. A reply is live while `completed_at` is null. More states may be added.',
    example: 'completed',
  })
  status!: string;

  @ApiProperty({ type: () => ReplyErrorDto, nullable: true, example: null })
  error!: ReplyErrorDto | null;

  @ApiProperty({
    type: String,
    enum: ['stop', 'length', 'safety', 'recitation', 'stopped', 'error', null],
    nullable: true,
    description: 'Why the answer ended, in one vocabulary for all providers.',
  })
  finish_reason!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The model that answered.',
    example: 'gemini-flash-latest',
  })
  model!: string | null;

  @ApiProperty({ type: () => TokenUsageDto, nullable: true })
  usage!: TokenUsageDto | null;

  @ApiProperty({
    type: 'integer',
    description: 'Counts the starts of this reply, by workers and by `retry`. 0 for a user’s message.',
    example: 1,
  })
  attempt!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'With `retrying`: when the next attempt starts.',
    example: null,
  })
  next_attempt_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'For a reply: the message that it answers.',
    example: '019a9d30-0c44-7a10-9b52-6d7e8f901234',
  })
  in_reply_to!: string | null;

  @ApiProperty({
    description:
      'Whether the message is part of the conversation that the model sees: on the active path, and not a failed reply.',
    example: true,
  })
  active!: boolean;

  @ApiProperty({
    type: () => FeedbackDto,
    nullable: true,
    description: 'For a reply: the feedback of its user.',
    example: null,
  })
  feedback!: FeedbackDto | null;

  @ApiProperty({
    type: () => SiblingsDto,
    description:
      'The place of the message among those with the same parent: the forms of an edited message, or the replies to one message.',
  })
  siblings!: SiblingsDto;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null while the reply is live.',
    example: '2026-11-20T09:00:02.000Z',
  })
  completed_at!: string | null;
}

export class SentDto {
  @ApiProperty({ type: () => MessageDto })
  message!: MessageDto;

  @ApiProperty({ type: () => MessageDto })
  reply!: MessageDto;
}

/** The API's form of a message. */
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
      // Usage needs both counts.
      message.promptTokens === null || message.outputTokens === null
        ? null
        : {
            prompt_tokens: message.promptTokens,
            output_tokens: message.outputTokens,
            thought_tokens: message.thoughtTokens ?? 0,
            cached_tokens: message.cachedTokens ?? 0,
          },
    attempt: message.attempt,
    next_attempt_at: message.nextAttemptAt?.toISOString() ?? null,
    in_reply_to: message.inReplyTo,
    active: message.active,
    feedback: message.feedback && toFeedback(message.feedback),
    siblings: { index: message.siblingIndex, count: message.siblingCount },
    created_at: message.createdAt.toISOString(),
    completed_at: message.completedAt?.toISOString() ?? null,
  };
}

const toFeedback = ({ rating, tags, comment }: Feedback): FeedbackDto => ({ rating, tags, comment });
