import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { ChoiceField, TextField } from '../../platform/fields/fields.js';
import { PageOf, PageQuery } from '../../platform/fields/page.js';
import { MomentField } from '../../platform/fields/moment.field.js';

export const MAX_QUERY = 200;
const ROLES = ['user', 'model'] as const;

export class SearchQuery extends PageQuery {
  @TextField({
    min: 1,
    max: MAX_QUERY,
    description:
      'Words and parts of words. All must occur, in any order; case and accents do not count; no character is an operator. A part has at least three characters (in scripts without spaces between words, one); a shorter term is a whole word.',
    example: 'sunset',
  })
  q!: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only messages of this room.' })
  @IsOptional()
  @IsUUID(undefined, { message: 'chatroom_id must be the id of a room.' })
  chatroom_id?: string;

  @ChoiceField({
    choices: ROLES,
    description: 'Only messages of the user, or only replies of the model.',
    presence: 'optional',
  })
  role?: (typeof ROLES)[number];

  @MomentField({ description: 'Only what was created at this time or later.', presence: 'optional' })
  from?: string;

  @MomentField({ description: 'Only what was created before this time.', presence: 'optional' })
  to?: string;
}

class FoundRoomDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Physics' })
  name!: string;
}

class FoundMessageDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  seq!: number;

  @ApiProperty({ enum: ROLES, example: 'model' })
  role!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({
    description: 'The part of the text around a match, unchanged: plain text, not HTML.',
    example: 'At sunset the light passes through more air.',
  })
  snippet!: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 2, maxItems: 2 },
    description: 'Where the terms occur in `snippet`: start and end of each range, in UTF-16 units.',
    example: [[3, 9]],
  })
  matches!: [number, number][];
}

export class SearchResultDto {
  @ApiProperty({
    type: () => FoundRoomDto,
    description: 'The room of the message, or the room whose name matched.',
  })
  room!: FoundRoomDto;

  @ApiProperty({
    type: () => FoundMessageDto,
    nullable: true,
    description: 'The message; null: the name of the room matched.',
  })
  message!: FoundMessageDto | null;
}

export class SearchResultPage extends PageOf(SearchResultDto) {}
