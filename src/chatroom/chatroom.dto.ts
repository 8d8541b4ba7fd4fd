import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../platform/fields/page.js';
import { NAME_SOURCES, type Chatroom, type NameSource } from './chatroom.entity.js';

/** A chatroom. */
export class ChatroomDto {
  @ApiProperty({ format: 'uuid', example: '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f' })
  id!: string;

  @ApiProperty({ example: 'Holiday in Kerala' })
  name!: string;

  @ApiProperty({
    enum: NAME_SOURCES,
    example: 'user',
    description:
      'Source of the name: `default` (not named yet), `message` (the first message), `model` (a title that a model wrote after the first answer) or `user` (the owner). More values may be added.',
  })
  name_source!: NameSource;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Instructions to the model, sent before the conversation.',
    example: 'Answer in one paragraph.',
  })
  system_prompt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the model that answers in this room (GET /models); null: the default model.',
    example: 'gemini-flash-latest',
  })
  model!: string | null;

  @ApiProperty({ description: 'Pinned rooms come first in the list.', example: false })
  pinned!: boolean;

  @ApiProperty({ description: 'The list leaves out archived rooms by default.', example: false })
  archived!: boolean;

  @ApiProperty({ type: 'integer', description: 'Number of messages and replies in the room.', example: 2 })
  message_count!: number;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      'The message that the conversation goes on from: the end of the active path (GET …/messages?view=path). Null before the first message.',
    example: '019a9d30-0c45-7b21-8c63-7e8f90123456',
  })
  active_leaf_id!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the last message was accepted; null before the first message.',
    example: '2026-11-20T09:05:00.000Z',
  })
  last_message_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:05:00.000Z' })
  updated_at!: string;
}

/** A page of rooms. */
export class ChatroomPage extends PageOf(ChatroomDto) {}

export function toRoom(room: Chatroom): ChatroomDto {
  return {
    id: room.id,
    name: room.name,
    name_source: room.nameSource,
    system_prompt: room.systemPrompt,
    model: room.model,
    pinned: room.pinned,
    archived: room.archived,
    message_count: room.messageCount,
    active_leaf_id: room.tailId,
    last_message_at: room.lastMessageAt?.toISOString() ?? null,
    created_at: room.createdAt.toISOString(),
    updated_at: room.updatedAt.toISOString(),
  };
}
