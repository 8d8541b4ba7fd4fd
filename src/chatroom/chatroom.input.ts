import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { Alias } from '../platform/fields/alias.decorator.js';
import { BooleanField, TextField } from '../platform/fields/fields.js';
import { PageQuery } from '../platform/fields/page.js';
import type { Chatroom, RoomSettings } from './chatroom.entity.js';

const NAME_MAX = 120;
const SYSTEM_PROMPT_MAX = 8_000;
/** Longer than any model id in use; the catalogue decides what is one. */
const MODEL_MAX = 200;

const RoomNameField = () =>
  TextField({
    min: 1,
    max: NAME_MAX,
    presence: 'optional',
    description: 'Without a name the first line of the first message becomes it.',
    example: 'Holiday in Kerala',
  });

const SystemPromptField = () =>
  TextField({
    min: 0,
    max: SYSTEM_PROMPT_MAX,
    presence: 'nullable',
    description: 'What the model is told before the conversation; null or empty: nothing.',
    example: 'Answer in one paragraph.',
  });

const RoomModelField = () =>
  TextField({
    min: 1,
    max: MODEL_MAX,
    presence: 'nullable',
    description: 'Id of a model that your tier has (GET /models); null: the default one.',
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
    description: 'Archived rooms are left out of the list by default.',
    example: false,
  })
  archived?: boolean;
}

/** Which rooms a list holds. */
export type ArchivedFilter = 'false' | 'true' | 'all';
const ARCHIVED_FILTERS: ArchivedFilter[] = ['false', 'true', 'all'];

export class ListChatroomsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ARCHIVED_FILTERS,
    default: 'false',
    description: 'Only rooms that are not archived, only archived ones, or all.',
  })
  @IsOptional()
  @IsIn(ARCHIVED_FILTERS, { message: 'archived must be one of: false, true, all.' })
  archived: ArchivedFilter = 'false';
}

/** What a new room is made of, as the service takes it. */
export interface NewRoom extends RoomSettings {
  name: string | null;
}

/** What changes of a room: absent stays as it is, null clears. */
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
