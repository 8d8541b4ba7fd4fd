import { Injectable, type StreamableFile } from '@nestjs/common';
import { toRoom } from '../../chatroom/chatroom.dto.js';
import type { Chatroom } from '../../chatroom/chatroom.entity.js';
import { ChatroomRepository } from '../../chatroom/chatroom.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { attachment, download } from '../../platform/http/responses/download.js';
import { Problem } from '../../platform/problem/problem.js';
import { pageByPage } from '../../users/export/export-sections.js';
import type { Message } from '../message.entity.js';
import { toMessage } from '../message.dto.js';
import { MessagesRepository } from '../messages.repository.js';
import type { RoomFileFormat, RoomFileQuery } from './room-file.dto.js';
import { markdownHead, markdownMessage } from './room-markdown.js';

/** Messages in memory at a time: 100 of the longest are 3 MB. */
const PAGE = 100;

const TYPES: Record<RoomFileFormat, string> = {
  md: 'text/markdown; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** Writes a room as a file, message by message. */
@Injectable()
export class RoomFileService {
  constructor(
    private readonly rooms: ChatroomRepository,
    private readonly messages: MessagesRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem not_found */
  async file(
    userId: string,
    roomId: string,
    { format = 'md', view = 'path' }: RoomFileQuery,
  ): Promise<StreamableFile> {
    const room = await this.rooms.findOwned(userId, roomId);
    if (!room) throw Problem.notFound();
    const now = this.clock.now();
    const messages = this.messagesOf(userId, roomId, view === 'path');
    const texts = format === 'md' ? inMarkdown(room, messages) : inJson(room, messages, now, view);
    return download(
      texts,
      TYPES[format],
      attachment(room.name, `-${now.toISOString().slice(0, 10)}.${format}`),
    );
  }

  private async *messagesOf(userId: string, roomId: string, isPath: boolean): AsyncIterable<Message> {
    const all = pageByPage<Message>(PAGE, async (after) => {
      const page = await this.messages.oldestAfter(userId, roomId, after?.seq ?? 0, PAGE);
      // Cuts the answer off: half a file must not look whole.
      if (!page) throw new Error('the room was deleted while its file was written');
      return page;
    });
    for await (const message of all) if (message.active || !isPath) yield message;
  }
}

async function* inMarkdown(room: Chatroom, messages: AsyncIterable<Message>): AsyncIterable<string> {
  yield markdownHead(room);
  for await (const message of messages) yield markdownMessage(message);
}

async function* inJson(
  room: Chatroom,
  messages: AsyncIterable<Message>,
  now: Date,
  view: string,
): AsyncIterable<string> {
  const head = JSON.stringify({ exported_at: now, view, room: toRoom(room) });
  yield `${head.slice(0, -1)},\n"messages":[`;
  let separator = '\n';
  for await (const message of messages) {
    yield separator + JSON.stringify(toMessage(message));
    separator = ',\n';
  }
  yield ']}\n';
}
