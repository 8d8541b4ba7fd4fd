import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Bus } from '../../platform/bus/bus.js';
import { Drain } from '../../platform/health/drain.js';
import { SSE_PING } from '../../platform/http/responses/event-stream.js';
import { TextChannel } from '../../platform/stream/text-channel.js';
import type { SentDto } from '../message.dto.js';
import type { Message } from '../message.entity.js';
import { MessagesRepository } from '../messages.repository.js';
import type { Position } from './event-id.js';
import { ReplySnapshot } from './reply-snapshot.js';
import { ReplyStream, type StreamOwner } from './reply-stream.js';
import { EVENTS, type StreamFormat } from './stream-format.js';

/** Proxies cut what is silent for a minute, some for thirty seconds. */
const PING_MS = 15_000;
const TICK_MS = 250;
/** While nobody tells us, rows are read this often … */
const POLL_MS = 500;
/** … and this often all the same: a piece or an event may have been lost. */
const SLOW_POLL_MS = 3000;
/** Without the bus nobody hears of sessions that end: past this the streams close, and who comes back is checked anew. */
const DEAF_MS = 1500;
/** Readings of one moment are one statement. */
const GATHER_MS = 5;
/**
 * So many ids of ended sessions and deleted rooms are known, the newest: 500 a second over the 20 s that a request takes
 * at the most before it opens its stream (lock_timeout and statement_timeout). No id comes back to life.
 */
const MAX_OVER = 10_000;

/** A live reply that somebody here reads. */
interface Followed {
  reply: ReplySnapshot;
  streams: Set<ReplyStream>;
  readAtMs: number;
}

/**
 * All event streams of this process. However many they are, there is one reader: pieces and events wake it, and what it
 * has to ask the database for, it asks for all of them in one statement.
 */
@Injectable()
export class ReplyStreams implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('ReplyStreams');
  private readonly followed = new Map<string, Followed>();
  private readonly wanted = new Set<string>();
  private readonly over = new LRUCache<string, true>({ max: MAX_OVER });
  private gathering: NodeJS.Timeout | null = null;
  private ticker: NodeJS.Timeout | undefined;
  private pinger: NodeJS.Timeout | undefined;
  private heardAtMs = performance.now();

  constructor(
    private readonly channel: TextChannel,
    private readonly bus: Bus,
    private readonly messages: MessagesRepository,
    private readonly drain: Drain,
  ) {
    const want = ({ replyId }: { replyId: string }) => this.want(replyId);
    bus.on('reply.final', want);
    bus.on('reply.changed', want);
    bus.on('session.ended', ({ sessionId }) => this.endAllOf(sessionId));
    bus.on('room.deleted', ({ chatroomId }) => this.endAllOf(chatroomId));
    // Of an account that was deleted meanwhile no row tells.
    bus.onReconnect(async () => this.followed.forEach((_, replyId) => this.want(replyId)));
    drain.onBegin(() => this.leaveAll());
  }

  onModuleInit(): void {
    this.ticker = setInterval(() => this.tick(), TICK_MS).unref();
    this.pinger = setInterval(() => this.forEach((stream) => stream.body.send(SSE_PING)), PING_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.ticker);
    clearInterval(this.pinger);
    this.leaveAll();
  }

  /**
   * Opens a stream of a reply.
   * @param row the reply as it was just read
   * @param format how its events are written
   * @param accepted what was stored, to be told first
   */
  open(
    owner: StreamOwner,
    row: Message,
    from: Position | null,
    format: StreamFormat = EVENTS,
    accepted?: SentDto,
  ): ReplyStream {
    const stream: ReplyStream = new ReplyStream(owner, from, () => this.closed(row.id, stream), format);
    if (accepted) stream.accept(accepted);
    // It ended after the request was let in.
    if (idsOf(owner).some((id) => this.over.has(id))) {
      stream.body.cut();
      return stream;
    }
    if (row.completedAt) {
      stream.show(new ReplySnapshot(row));
      return stream;
    }
    const followed = this.followed.get(row.id) ?? this.follow(row);
    followed.streams.add(stream);
    followed.reply.takeRow(row);
    this.showAll(row.id, followed);
    if (this.drain.hasBegun) stream.body.leave();
    return stream;
  }

  private follow(row: Message): Followed {
    const followed = { reply: new ReplySnapshot(row), streams: new Set<ReplyStream>(), readAtMs: 0 };
    this.followed.set(row.id, followed);
    void this.channel
      .follow(row.id, (piece) => {
        followed.reply.takePiece(piece);
        if (followed.reply.hasGap) this.want(row.id);
        this.showAll(row.id, followed);
      })
      // What came between the caller's reading and now is in the row.
      .then(() => this.want(row.id));
    return followed;
  }

  private showAll(replyId: string, { streams, reply }: Followed): void {
    for (const stream of streams) stream.show(reply);
    // All has been said; one who is slow to read it must not keep others from what a retry begins.
    if (reply.final) this.unfollow(replyId);
  }

  private closed(replyId: string, stream: ReplyStream): void {
    const followed = this.followed.get(replyId);
    if (followed?.streams.delete(stream) && followed.streams.size === 0) this.unfollow(replyId);
  }

  private unfollow(replyId: string): void {
    if (this.followed.delete(replyId)) this.channel.unfollow(replyId);
  }

  /** The row is to be read soon, if anybody here reads this reply. */
  private want(replyId: string): void {
    if (!this.followed.has(replyId)) return;
    this.wanted.add(replyId);
    this.gathering ??= setTimeout(() => void this.readWanted(), GATHER_MS);
  }

  private async readWanted(): Promise<void> {
    const ids = [...this.wanted];
    this.wanted.clear();
    this.gathering = null;
    try {
      const rows = new Map((await this.messages.findMany(ids)).map((row) => [row.id, row]));
      for (const id of ids) this.taken(id, rows.get(id));
    } catch (error) {
      this.logger.warn(`replies could not be read: ${(error as Error).message}`);
    }
  }

  private taken(id: string, row: Message | undefined): void {
    const followed = this.followed.get(id);
    if (!followed) return;
    followed.readAtMs = performance.now();
    if (row) {
      followed.reply.takeRow(row);
      this.showAll(id, followed);
    } else {
      // Deleted.
      for (const stream of followed.streams) stream.body.cut();
      this.unfollow(id);
    }
  }

  /** Looks after what nobody told of. */
  private tick(): void {
    const now = performance.now();
    if (this.bus.isUp) this.heardAtMs = now;
    else if (now - this.heardAtMs > DEAF_MS) return this.leaveAll();
    const isTold = this.bus.isUp && this.channel.isUp;
    for (const [id, { reply, readAtMs }] of this.followed) {
      const after = reply.hasGap ? 0 : isTold ? SLOW_POLL_MS : POLL_MS;
      if (now - readAtMs >= after) this.want(id);
    }
  }

  private leaveAll(): void {
    this.forEach((stream) => stream.body.leave());
  }

  /** Of a session or a room that is over: the streams that are open, and those that requests on their way will open. */
  private endAllOf(id: string): void {
    this.over.set(id, true);
    this.forEach((stream) => {
      if (idsOf(stream.owner).includes(id)) stream.body.cut();
    });
  }

  private forEach(act: (stream: ReplyStream) => void): void {
    for (const { streams } of this.followed.values()) for (const stream of streams) act(stream);
  }
}

const idsOf = ({ sessionId, chatroomId }: StreamOwner): string[] => [sessionId, chatroomId];
