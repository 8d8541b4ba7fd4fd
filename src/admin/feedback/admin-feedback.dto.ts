import { ApiProperty } from '@nestjs/swagger';
import { RATINGS, type Rating } from '../../messages/message.entity.js';
import { MAX_TAG } from '../../messages/feedback/feedback.input.js';
import { ChoiceField, TextField } from '../../platform/fields/fields.js';
import { PageOf, StrictPageQuery } from '../../platform/fields/page.js';
import { IdField } from '../id.field.js';
import { COUNTED, TAGS_COUNTED, type AdminFeedbackRow } from './admin-feedback.repository.js';

/** Feedback for operators, without the comment. */
export class AdminFeedbackDto {
  @ApiProperty({ format: 'uuid' })
  reply_id!: string;

  @ApiProperty({ format: 'uuid', description: 'The user of the reply.' })
  user_id!: string;

  @ApiProperty({ format: 'uuid' })
  chatroom_id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The model that answered.',
    example: 'gemini-flash-latest',
  })
  model!: string | null;

  @ApiProperty({ enum: RATINGS, example: 'down', description: 'Values may be added.' })
  rating!: string;

  @ApiProperty({ type: [String], example: ['incomplete'] })
  tags!: string[];

  @ApiProperty({ description: 'Whether the user wrote a comment. Its text is closed.', example: true })
  has_comment!: boolean;

  @ApiProperty({ format: 'date-time', description: 'When the feedback was given.' })
  given_at!: string;
}

export class TagCountDto {
  @ApiProperty({ example: 'incomplete' })
  tag!: string;

  @ApiProperty({ type: 'integer', example: 3 })
  count!: number;
}

/** Counts of the feedback that the filters select. */
export class FeedbackCountsDto {
  @ApiProperty({ type: 'integer', example: 12 })
  up!: number;

  @ApiProperty({ type: 'integer', example: 4 })
  down!: number;

  @ApiProperty({ type: [TagCountDto], description: `The ${TAGS_COUNTED} most frequent tags.` })
  tags!: TagCountDto[];
}

export class AdminFeedbackPage extends PageOf(AdminFeedbackDto) {
  @ApiProperty({
    type: () => FeedbackCountsDto,
    nullable: true,
    description: `Counts over the newest ${COUNTED.toLocaleString('en')} replies that the filters select; null on later pages.`,
  })
  counts!: FeedbackCountsDto | null;
}

export class FeedbackQuery extends StrictPageQuery {
  @ChoiceField({ choices: RATINGS, description: 'Only this rating.', presence: 'optional' })
  rating?: Rating;

  @TextField({
    min: 1,
    max: MAX_TAG,
    description: 'Only feedback with this tag.',
    example: 'incomplete',
    presence: 'optional',
  })
  tag?: string;

  @IdField('Only feedback of this user.')
  user_id?: string;
}

export function toAdminFeedback(row: AdminFeedbackRow): AdminFeedbackDto {
  return {
    reply_id: row.id,
    user_id: row.userId,
    chatroom_id: row.chatroomId,
    model: row.model,
    rating: row.rating,
    tags: row.tags,
    has_comment: row.hasComment,
    given_at: row.givenAt.toISOString(),
  };
}
