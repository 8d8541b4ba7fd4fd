import { Injectable } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { Drain } from '../../platform/health/drain.js';
import type { Message } from '../message.entity.js';

/** Interval of reads while the bus is down. */
const POLL_MS = 500;
/** Interval of reads while wake-ups arrive: one that is lost delays its reader by less than a second. */
const SLOW_POLL_MS = 900;

/** The reply to wait for. */
type AwaitedReply = Pick<Message, 'id' | 'chatroomId'>;

/** A subscription to the end of one reply. */
export interface ReplyWatch {
  /** Resolves with the next wake-up, at once if one has arrived since the last call, or after `ms`. */
  next: (ms: number) => Promise<void>;
  close: () => void;
}

/** Waits until replies are final or deleted with their room. Bus events of any process end the wait. */
@Injectable()
export class ReplyWaiter {
  /** Callbacks of waiting requests, by reply and by room. */
  private readonly wakers = new Map<string, Set<() => void>>();

  constructor(
    private readonly bus: Bus,
    private readonly drain: Drain,
  ) {
    drain.onBegin(() => this.wakeAll());
    bus.on('reply.final', ({ replyId }) => this.wake(replyId));
    bus.on('room.deleted', ({ chatroomId }) => this.wake(chatroomId));
  }

  private wake(id: string): void {
    for (const wake of this.wakers.get(id) ?? []) wake();
  }

  /** Ends all waits with the present state when the process drains: a reply may take longer than the drain. */
  private wakeAll(): void {
    for (const wakers of this.wakers.values()) for (const wake of wakers) wake();
  }

  /**
   * Reads until `isFinal` or until `seconds` are over, and returns the last state read.
   * @param read reads the database; called after the subscription, so that no end is missed
   */
  async wait<T>(
    reply: AwaitedReply,
    seconds: number,
    read: () => Promise<T>,
    isFinal: (state: T) => boolean,
  ): Promise<T> {
    const until = Date.now() + seconds * 1000;
    const watch = this.watch(reply);
    try {
      return await this.follow(watch, until, await read(), read, isFinal);
    } finally {
      watch.close();
    }
  }

  /** Notes from now on that the reply or its room has ended. A watch that begins before the reply is stored misses no end. */
  watch({ id, chatroomId }: AwaitedReply): ReplyWatch {
    return this.subscribe([id, chatroomId]);
  }

  /**
   * Reads after each wake-up of `watch` until `isFinal` or until the moment `untilMs`, and returns the last state.
   * @param known the state when the watch began, or a later one
   */
  async follow<T>(
    watch: ReplyWatch,
    untilMs: number,
    known: T,
    read: () => Promise<T>,
    isFinal: (state: T) => boolean,
  ): Promise<T> {
    for (let state = known; ; state = await read()) {
      const left = untilMs - Date.now();
      if (isFinal(state) || left <= 0 || this.drain.hasBegun) return state;
      await watch.next(Math.min(left, this.bus.receivesWakeUps ? SLOW_POLL_MS : POLL_MS));
    }
  }

  private subscribe(ids: string[]): ReplyWatch {
    let isWoken = false;
    let resolveNext: (() => void) | null = null;
    const wake = () => {
      isWoken = true;
      resolveNext?.();
    };
    for (const id of ids) this.wakers.set(id, (this.wakers.get(id) ?? new Set()).add(wake));
    return {
      next: (ms) =>
        new Promise<void>((resolve) => {
          if (isWoken) {
            isWoken = false;
            resolve();
            return;
          }
          const done = () => {
            clearTimeout(timer);
            isWoken = false;
            resolveNext = null;
            resolve();
          };
          const timer = setTimeout(done, ms);
          resolveNext = done;
        }),
      close: () => {
        for (const id of ids) {
          const wakers = this.wakers.get(id);
          wakers?.delete(wake);
          if (wakers?.size === 0) this.wakers.delete(id);
        }
      },
    };
  }
}
