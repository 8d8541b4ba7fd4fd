import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { OpenStreams } from '../../platform/stream/open-streams.js';
import { TextChannel } from '../../platform/stream/text-channel.js';
import type { SentDto } from '../message.dto.js';
import type { Message } from '../message.entity.js';
import { MessagesRepository } from '../messages.repository.js';
import type { Position } from './event-id.js';
import { ReplySnapshot } from './reply-snapshot.js';
import { ReplyStream, type StreamOwner } from './reply-stream.js';
import { EVENTS, type StreamFormat } from './stream-format.js';

const TICK_MS = 250;
/** Interval of reads while the bus or the stream channel is down … */
const POLL_MS = 500;
/** … and while both are up: a piece or an event may be lost. */
const SLOW_POLL_MS = 700;
/** While a read is in progress, reads requested within this time share the next statement. Otherwise one begins at once. */
const READ_BATCH_MS = 5;

/** A live reply with streams in this process. */
interface FollowedReply {
  reply: ReplySnapshot;
  streams: Set<ReplyStream>;
  readAtMs: number;
}

/**
 * All event streams of replies in this process.
 *
 * Problem. A client must be able to read a reply while it is written, and to resume after any disconnect at any process,
 * also after the process or the worker has died; the bytes read in total must equal the final text. A log of its own would
 * cost a write per piece and could disagree with the row.
 *
 * How it works. The row is the log: within an attempt the text only grows, and the worker writes it every 250 ms. An event id
 * is `<attempt>-<length of the text after it>`, so any process can resume from the row alone. A new attempt starts with a
 * `reset`, and so does an id that cannot belong to the text: half an answer never continues with another one. The worker also
 * publishes each piece over the stream channel (Redis, or NOTIFY), which only saves time: {@link ReplySnapshot} merges
 * pieces and rows, {@link ReplyStream} sends the difference to one client. All streams share one reader: pieces and bus
 * events wake it, and rows that it needs are read in one statement.
 *
 * When the stream channel is down, rows are read every 500 ms. When the session or the room ends, the bus is down or the
 * process drains, {@link OpenStreams} closes streams: clients reconnect and are authenticated again, or resume elsewhere. A
 * close without `done` means nothing.
 *
 * Cost: one read at the start of a stream, one every 0.7 s per live reply, and none per piece. Deliberately not done here:
 * stopping a reply when its reader disconnects.
 */
@Injectable()
export class ReplyStreams implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('ReplyStreams');
  private readonly followed = new Map<string, FollowedReply>();
  private readonly pendingReads = new Set<string>();
  private readsInProgress = 0;
  /** True from the request of a read to its beginning. */
  private isReadDue = false;
  private ticker: NodeJS.Timeout | undefined;

  constructor(
    private readonly channel: TextChannel,
    private readonly bus: Bus,
    private readonly messages: MessagesRepository,
    private readonly openStreams: OpenStreams,
  ) {
    const requestRead = ({ replyId }: { replyId: string }) => this.requestRead(replyId);
    bus.on('reply.final', requestRead);
    bus.on('reply.changed', requestRead);
    // Rows show what was missed, except the deletion of an account, whose rows are gone: hence a read of all.
    bus.onReconnect(async () => this.followed.forEach((_, replyId) => this.requestRead(replyId)));
  }

  onModuleInit(): void {
    this.ticker = setInterval(() => this.tick(), TICK_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.ticker);
  }

  /**
   * Opens a stream of a reply.
   * @param row the reply as just read
   * @param format wire format of the events
   * @param accepted the stored message and reply, sent first
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
    const ids = [owner.sessionId, owner.chatroomId];
    // The session or the room ended after the request was authenticated.
    if (this.openStreams.areOver(ids)) {
      stream.body.cut();
      return stream;
    }
    if (row.completedAt) {
      stream.show(new ReplySnapshot(row));
      return stream;
    }
    const followed = this.followed.get(row.id) ?? this.follow(row);
    followed.streams.add(stream);
    followed.reply.applyRow(row);
    this.showAll(row.id, followed);
    this.openStreams.add(stream.body, ids);
    return stream;
  }

  private follow(row: Message): FollowedReply {
    const followed = { reply: new ReplySnapshot(row), streams: new Set<ReplyStream>(), readAtMs: 0 };
    this.followed.set(row.id, followed);
    void this.channel
      .follow(row.id, (piece) => {
        followed.reply.applyPiece(piece);
        if (followed.reply.hasGap) this.requestRead(row.id);
        this.showAll(row.id, followed);
      })
      // The row holds the text written between the caller's read and the subscription.
      .then(() => this.requestRead(row.id));
    return followed;
  }

  private showAll(replyId: string, { streams, reply }: FollowedReply): void {
    for (const stream of streams) stream.show(reply);
    // Forgotten when final, not when the last stream closes: a slow client must not hide a retry from new streams.
    if (reply.final) this.unfollow(replyId);
  }

  private closed(replyId: string, stream: ReplyStream): void {
    const followed = this.followed.get(replyId);
    if (followed?.streams.delete(stream) && followed.streams.size === 0) this.unfollow(replyId);
  }

  private unfollow(replyId: string): void {
    if (this.followed.delete(replyId)) this.channel.unfollow(replyId);
  }

  /** Schedules a read of the row, if this process has streams of the reply. */
  private requestRead(replyId: string): void {
    if (!this.followed.has(replyId)) return;
    this.pendingReads.add(replyId);
    if (this.isReadDue) return;
    this.isReadDue = true;
    if (this.readsInProgress === 0) setImmediate(() => void this.readPending());
    else setTimeout(() => void this.readPending(), READ_BATCH_MS);
  }

  private async readPending(): Promise<void> {
    const ids = [...this.pendingReads];
    this.pendingReads.clear();
    this.isReadDue = false;
    this.readsInProgress += 1;
    try {
      const rows = new Map((await this.messages.findMany(ids)).map((row) => [row.id, row]));
      for (const id of ids) this.applyRead(id, rows.get(id));
    } catch (error) {
      this.logger.warn(
        `reply streams: rows not read, streams are late until the next read: ${(error as Error).message}`,
      );
    } finally {
      this.readsInProgress -= 1;
    }
  }

  private applyRead(id: string, row: Message | undefined): void {
    const followed = this.followed.get(id);
    if (!followed) return;
    followed.readAtMs = performance.now();
    if (row) {
      followed.reply.applyRow(row);
      this.showAll(id, followed);
    } else {
      // The reply was deleted.
      for (const stream of followed.streams) stream.body.cut();
      this.unfollow(id);
    }
  }

  /** Reads rows that are due. */
  private tick(): void {
    const now = performance.now();
    const isNotified = this.bus.isUp && this.bus.receivesWakeUps && this.channel.isUp;
    for (const [id, { reply, readAtMs }] of this.followed) {
      const after = reply.hasGap ? 0 : isNotified ? SLOW_POLL_MS : POLL_MS;
      if (now - readAtMs >= after) this.requestRead(id);
    }
  }
}
