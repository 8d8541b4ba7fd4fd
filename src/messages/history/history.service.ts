import { Injectable } from '@nestjs/common';
import { toRoom } from '../../chatroom/chatroom.dto.js';
import { ChatroomRepository } from '../../chatroom/chatroom.repository.js';
import { Cursors, type Page } from '../../platform/fields/page.js';
import { Problem } from '../../platform/problem/problem.js';
import { type ChatroomWithMessagesDto, type HistoryQuery } from './history.dto.js';
import type { Message } from '../message.entity.js';
import { toMessage, type MessageDto } from '../message.dto.js';
import { LinesRepository } from '../branches/lines.repository.js';
import { MessagesRepository } from '../messages.repository.js';

/** Pages through the messages of a room. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly lines: LinesRepository,
    private readonly rooms: ChatroomRepository,
    private readonly cursors: Cursors,
  ) {}

  /** @throws Problem not_found when the room, or the message of `after`, does not belong to the caller */
  async page(
    userId: string,
    roomId: string,
    query: Pick<HistoryQuery, 'after' | 'cursor' | 'limit' | 'view'>,
  ): Promise<Page<MessageDto>> {
    if (query.view === 'path') return this.pathPage(userId, roomId, query);
    return query.after === undefined
      ? this.olderPage(userId, roomId, query)
      : this.newerPage(userId, roomId, query);
  }

  /** @throws Problem not_found */
  async room(
    userId: string,
    roomId: string,
    query: Pick<HistoryQuery, 'cursor' | 'limit'>,
  ): Promise<ChatroomWithMessagesDto> {
    const [room, messages] = await Promise.all([
      this.rooms.findOwned(userId, roomId),
      this.olderPage(userId, roomId, query),
    ]);
    if (!room) throw Problem.notFound();
    return { ...toRoom(room), messages };
  }

  /** The cursor names the next message of the line, so that a page goes on where it began when another branch is chosen. */
  private async pathPage(
    userId: string,
    roomId: string,
    { cursor, after, limit }: Pick<HistoryQuery, 'after' | 'cursor' | 'limit'>,
  ): Promise<Page<MessageDto>> {
    if (after !== undefined)
      throw Problem.field('after', 'not_allowed', 'after lists messages by seq; leave out view=path.');
    const scope = `messages:${userId}:${roomId}:path`;
    const from = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const rows = await this.lines.page(userId, roomId, from, limit + 1);
    if (!rows) throw Problem.notFound();
    return this.cursors.page(scope, rows, limit, toMessage, ({ parentId }) => parentId);
  }

  private async olderPage(
    userId: string,
    roomId: string,
    { cursor, limit }: Pick<HistoryQuery, 'cursor' | 'limit'>,
  ): Promise<Page<MessageDto>> {
    const scope = `messages:${userId}:${roomId}:back`;
    const before = cursor === undefined ? null : this.cursors.decode<number>(scope, cursor);
    const rows = await this.messages.newestBefore(userId, roomId, before, limit + 1);
    return this.toPage(scope, rows, limit);
  }

  private async newerPage(
    userId: string,
    roomId: string,
    { cursor, after, limit }: Pick<HistoryQuery, 'after' | 'cursor' | 'limit'>,
  ): Promise<Page<MessageDto>> {
    const scope = `messages:${userId}:${roomId}:forward`;
    const from =
      cursor === undefined
        ? await this.seqOf(userId, roomId, after!)
        : this.cursors.decode<number>(scope, cursor);
    const rows = await this.messages.oldestAfter(userId, roomId, from, limit + 1);
    return this.toPage(scope, rows, limit);
  }

  private async seqOf(userId: string, roomId: string, messageId: string): Promise<number> {
    const message = await this.messages.findOwned(userId, roomId, messageId);
    if (!message) throw Problem.notFound();
    return message.seq;
  }

  private toPage(scope: string, rows: Message[] | null, limit: number): Page<MessageDto> {
    if (!rows) throw Problem.notFound();
    return this.cursors.page(scope, rows, limit, toMessage, ({ seq }) => seq);
  }
}
