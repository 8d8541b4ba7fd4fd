import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../platform/fields/page.js';
import type { Chatroom, NameSource } from './chatroom.entity.js';

/** A chatroom. */
export class ChatroomDto {
  @ApiProperty({ format: 'uuid', example: '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f' })
  id!: string;

  @ApiProperty({ example: 'Holiday in Kerala' })
  name!: string;

  @ApiProperty({
    enum: ['default', 'message', 'user'],
    example: 'user',
    description: 'Who named the room: nobody yet, its first message, or its owner. New values may come.',
  })
  name_source!: NameSource;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the model is told before the conversation.',
    example: 'Answer in one paragraph.',
  })
  system_prompt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Id of the model that answers here (GET /models); null: the default one.',
    example: 'gemini-flash-latest',
  })
  model!: string | null;

  @ApiProperty({ description: 'Pinned rooms come first in the list.', example: false })
  pinned!: boolean;

  @ApiProperty({ description: 'Archived rooms are left out of the list by default.', example: false })
  archived!: boolean;

  @ApiProperty({ type: 'integer', description: 'Messages and replies in the room.', example: 2 })
  message_count!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the last message was accepted; null before the first one.',
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
    last_message_at: room.lastMessageAt?.toISOString() ?? null,
    created_at: room.createdAt.toISOString(),
    updated_at: room.updatedAt.toISOString(),
  };
}
