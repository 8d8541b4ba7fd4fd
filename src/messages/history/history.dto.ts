import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { ChatroomDto } from '../../chatroom/chatroom.dto.js';
import { PageOf, PageQuery } from '../../platform/fields/page.js';
import { MessageDto } from '../message.dto.js';

export class MessagePage extends PageOf(MessageDto) {}

/** Which messages of a room are listed. */
export type HistoryView = 'all' | 'path';
const VIEWS: HistoryView[] = ['all', 'path'];

export class HistoryQuery extends PageQuery {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Id of a message: only newer messages are listed, oldest first.',
  })
  @IsOptional()
  @IsUUID(undefined, { message: 'after must be the id of a message.' })
  after?: string;

  @ApiPropertyOptional({
    enum: VIEWS,
    default: 'all',
    description:
      '`all`: every message, by `seq`; `path`: the active path, the messages that the conversation goes on from. Not together with `after`.',
  })
  @IsOptional()
  @IsIn(VIEWS, { message: 'view must be one of: all, path.' })
  view: HistoryView = 'all';
}

/** A room with the newest page of its messages. */
export class ChatroomWithMessagesDto extends ChatroomDto {
  @ApiProperty({ type: () => MessagePage, description: 'The newest messages, as GET …/messages lists them.' })
  messages!: MessagePage;
}
