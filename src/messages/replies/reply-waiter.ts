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
    { id, chatroomId }: AwaitedReply,
    seconds: number,
    read: () => Promise<T>,
    isFinal: (state: T) => boolean,
  ): Promise<T> {
    const until = Date.now() + seconds * 1000;
    const subscription = this.subscribe([id, chatroomId]);
    try {
      for (;;) {
        const state = await read();
        const left = until - Date.now();
        if (isFinal(state) || left <= 0 || this.drain.hasBegun) return state;
        await subscription.next(Math.min(left, this.bus.receivesWakeUps ? SLOW_POLL_MS : POLL_MS));
      }
    } finally {
      subscription.close();
    }
  }

  private subscribe(ids: string[]): { next: (ms: number) => Promise<void>; close: () => void } {
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
