import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../../platform/fields/fields.js';
import { PageOf, StrictPageQuery } from '../../platform/fields/page.js';
import { IdField } from '../id.field.js';
import type { AdminRoomRow } from './admin-rooms.repository.js';

/** A reason has 10 to 500 characters: enough for a sentence, at most a paragraph. */
const REASON = { min: 10, max: 500 };

/** A room for operators: counts and states. Its name and system prompt are the user's texts and left out. */
export class AdminRoomDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The user of the reply.' })
  user_id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The model of the room.', example: null })
  model!: string | null;

  @ApiProperty({ example: false })
  archived!: boolean;

  @ApiProperty({ type: 'integer', description: 'Messages and replies.', example: 4 })
  message_count!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Replies by state; states without replies are left out.',
    example: { completed: 1, failed: 1 },
  })
  replies!: Record<string, number>;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_message_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

export class AdminRoomPage extends PageOf(AdminRoomDto) {}

export class RoomsQuery extends StrictPageQuery {
  @IdField('Only rooms of this user.')
  user_id?: string;
}

export class ReadRoomQuery extends StrictPageQuery {}

export class OpenRoomDto {
  @TextField({
    ...REASON,
    description: 'The reason. The room’s owner sees it in the data export.',
    example: 'Its owner asked in ticket 4711 why an answer was cut.',
  })
  reason!: string;
}

/** One admin's access to read a room. */
export class RoomAccessDto {
  @ApiProperty({ format: 'uuid' })
  access_id!: string;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
}

export function toAdminRoom(room: AdminRoomRow): AdminRoomDto {
  return {
    id: room.id,
    user_id: room.userId,
    model: room.model,
    archived: room.archived,
    message_count: room.messageCount,
    replies: room.replies,
    last_message_at: room.lastMessageAt?.toISOString() ?? null,
    created_at: room.createdAt.toISOString(),
  };
}
