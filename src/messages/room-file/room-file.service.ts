import { Injectable, type StreamableFile } from '@nestjs/common';
import { toRoom } from '../../chatroom/chatroom.dto.js';
import type { Chatroom } from '../../chatroom/chatroom.entity.js';
import { ChatroomRepository } from '../../chatroom/chatroom.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { attachment, download } from '../../platform/http/responses/download.js';
import { Problem } from '../../platform/problem/problem.js';
import { pageByPage } from '../../users/export/export-sections.js';
import { LinesRepository, type LineRow } from '../branches/lines.repository.js';
import type { Message } from '../message.entity.js';
import { toMessage } from '../message.dto.js';
import { MessagesRepository } from '../messages.repository.js';
import type { RoomFileFormat, RoomFileQuery } from './room-file.dto.js';
import { markdownHead, markdownMessage } from './room-markdown.js';

/** Messages in memory at a time: 100 of the longest are 3 MB. */
const PAGE = 100;
/** Numbers of messages read at a time: 20 ms of the database. All of a room are kept, 8 bytes each. */
const LINE_PAGE = 5_000;

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
    private readonly lines: LinesRepository,
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
    const messages = view === 'path' ? this.pathOf(userId, roomId) : this.allOf(userId, roomId);
    const texts = format === 'md' ? inMarkdown(room, messages) : inJson(room, messages, now, view);
    return download(
      texts,
      TYPES[format],
      attachment(room.name, `-${now.toISOString().slice(0, 10)}.${format}`),
    );
  }

  /** Every message, oldest first. */
  private allOf(userId: string, roomId: string): AsyncIterable<Message> {
    return pageByPage<Message>(PAGE, async (after) =>
      whole(await this.messages.oldestAfter(userId, roomId, after?.seq ?? 0, PAGE)),
    );
  }

  /** The active path, oldest first, as it is when the file begins: a branch that is chosen meanwhile is not in it. */
  private async *pathOf(userId: string, roomId: string): AsyncIterable<Message> {
    const seqs: number[] = [];
    for (let fromId: string | null = null; ;) {
      const line: LineRow[] = whole(await this.lines.seqs(userId, roomId, fromId, LINE_PAGE));
      for (const { seq } of line) seqs.push(seq);
      fromId = line.at(-1)?.parentId ?? null;
      if (fromId === null) break;
    }
    seqs.reverse();
    for (let at = 0; at < seqs.length; at += PAGE)
      yield* whole(await this.lines.withSeqs(userId, roomId, seqs.slice(at, at + PAGE)));
  }
}

/** Cuts the answer off for a room that was deleted: half a file must not look whole. */
function whole<T>(page: T | null): T {
  if (page === null) throw new Error('the room was deleted while its file was written');
  return page;
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
