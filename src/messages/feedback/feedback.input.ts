import { ChoiceField, TextField, TextListField } from '../../platform/fields/fields.js';
import { RATINGS, type Rating } from '../message.entity.js';

/** Tags of one feedback, and characters of a tag: a person chooses from a few words of the app. */
export const MAX_TAGS = 5;
export const MAX_TAG = 40;
const MAX_COMMENT = 2000;

export class GiveFeedbackDto {
  @ChoiceField({ choices: RATINGS, description: 'Whether the reply helped.', example: 'down' })
  rating!: Rating;

  @TextListField({
    maxItems: MAX_TAGS,
    min: 1,
    max: MAX_TAG,
    description: 'Words of the app for the reason. Operators see them.',
    example: ['incomplete'],
    presence: 'optional',
  })
  tags?: string[];

  @TextField({
    min: 1,
    max: MAX_COMMENT,
    description: 'The reason in the user’s words; null: none. Operators do not see it.',
    example: 'The red light of the evening is missing.',
    presence: 'nullable',
  })
  comment?: string | null;
}
