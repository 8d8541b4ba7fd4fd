import { ApiProperty } from '@nestjs/swagger';
import { ChatroomDto } from '../../chatroom/chatroom.dto.js';
import { ChoiceField } from '../../platform/fields/fields.js';
import { MessageDto } from '../message.dto.js';

export const FORMATS = ['md', 'json'] as const;
export type RoomFileFormat = (typeof FORMATS)[number];
const VIEWS = ['path', 'all'] as const;

export class RoomFileQuery {
  @ChoiceField({
    choices: FORMATS,
    description: 'Markdown or JSON. Default: md.',
    presence: 'optional',
  })
  format?: RoomFileFormat;

  @ChoiceField({
    choices: VIEWS,
    description:
      '`path`: the active path alone, as `GET …/messages?view=path` lists it. `all`: every message. Default: path.',
    presence: 'optional',
  })
  view?: (typeof VIEWS)[number];
}

/** A room as a JSON file. */
export class RoomFileDto {
  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  exported_at!: string;

  @ApiProperty({ enum: VIEWS, example: 'path' })
  view!: string;

  @ApiProperty({ type: () => ChatroomDto })
  room!: ChatroomDto;

  @ApiProperty({ type: [MessageDto], description: 'Oldest first.' })
  messages!: MessageDto[];
}
