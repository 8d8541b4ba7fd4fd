import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { Alias } from '../platform/fields/alias.decorator.js';
import { BooleanField, TextField } from '../platform/fields/fields.js';
import { PageQuery } from '../platform/fields/page.js';
import type { Chatroom, RoomSettings } from './chatroom.entity.js';

const NAME_MAX = 120;
const SYSTEM_PROMPT_MAX = 8_000;
/** Longer than any model id in use; the catalogue decides which are valid. */
const MODEL_MAX = 200;

const RoomNameField = () =>
  TextField({
    min: 1,
    max: NAME_MAX,
    presence: 'optional',
    description: 'Name of the room. When absent, the first line of the first message becomes the name.',
    example: 'Holiday in Kerala',
  });

const SystemPromptField = () =>
  TextField({
    min: 0,
    max: SYSTEM_PROMPT_MAX,
    presence: 'nullable',
    description: 'Instructions to the model, sent before the conversation; null or empty: none.',
    example: 'Answer in one paragraph.',
  });

const RoomModelField = () =>
  TextField({
    min: 1,
    max: MODEL_MAX,
    presence: 'nullable',
    description: 'Id of a model that is open to your tier (GET /models); null: the default model.',
    example: 'gemini-flash-latest',
  });

export class CreateChatroomDto {
  @RoomNameField()
  @Alias('title')
  name?: string;

  @SystemPromptField()
  system_prompt?: string | null;

  @RoomModelField()
  model?: string | null;
}

export class UpdateChatroomDto extends CreateChatroomDto {
  @BooleanField({ presence: 'optional', description: 'Pinned rooms come first in the list.', example: true })
  pinned?: boolean;

  @BooleanField({
    presence: 'optional',
    description: 'The list leaves out archived rooms by default.',
    example: false,
  })
  archived?: boolean;
}

/** Filters a list by archive state. */
export type ArchivedFilter = 'false' | 'true' | 'all';
const ARCHIVED_FILTERS: ArchivedFilter[] = ['false', 'true', 'all'];

export class ListChatroomsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ARCHIVED_FILTERS,
    default: 'false',
    description: '`false`: rooms that are not archived; `true`: archived rooms; `all`: both.',
  })
  @IsOptional()
  @IsIn(ARCHIVED_FILTERS, { message: 'archived must be one of: false, true, all.' })
  archived: ArchivedFilter = 'false';
}

/** The service's input for a new room. */
export interface NewRoom extends RoomSettings {
  name: string | null;
}

/** Changes of a room: an absent field stays as it is, null clears it. */
export type RoomChanges = Partial<RoomSettings & Pick<Chatroom, 'name' | 'pinned' | 'archived'>>;

export function toNewRoom(body: CreateChatroomDto): NewRoom {
  return { name: body.name ?? null, systemPrompt: body.system_prompt || null, model: body.model ?? null };
}

export function toRoomChanges(body: UpdateChatroomDto): RoomChanges {
  return {
    name: body.name,
    systemPrompt: body.system_prompt === '' ? null : body.system_prompt,
    model: body.model,
    pinned: body.pinned,
    archived: body.archived,
  };
}
