import { Injectable } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { Drain } from '../../platform/health/drain.js';
import type { Message } from '../message.entity.js';

/** While the bus is down nobody wakes us: ask this often instead. */
const POLL_MS = 500;
/** The bus may go down while we wait: never trust it for longer than this. */
const SLOW_POLL_MS = 3000;

/** What is waited for. */
type AwaitedReply = Pick<Message, 'id' | 'chatroomId'>;

/** Waits for replies to become final, or to go with their room; woken by the bus, from whichever process it comes. */
@Injectable()
export class ReplyWaiter {
  /** By reply and by room. */
  private readonly waiting = new Map<string, Set<() => void>>();

  constructor(
    private readonly bus: Bus,
    private readonly drain: Drain,
  ) {
    drain.onBegin(() => this.tellAll());
    bus.on('reply.final', ({ replyId }) => this.tell(replyId));
    bus.on('room.deleted', ({ chatroomId }) => this.tell(chatroomId));
  }

  private tell(id: string): void {
    for (const wake of this.waiting.get(id) ?? []) wake();
  }

  /** Whoever waits is told the state of now: a reply may take longer than a process has to stop. */
  private tellAll(): void {
    for (const wakers of this.waiting.values()) for (const wake of wakers) wake();
  }

  /**
   * Reads until `isFinal` or until `seconds` are over, and gives the last state read.
   * @param read asks the database; called after subscribing, so that no end is missed
   */
  async wait<T>(
    { id, chatroomId }: AwaitedReply,
    seconds: number,
    read: () => Promise<T>,
    isFinal: (state: T) => boolean,
  ): Promise<T> {
    const until = Date.now() + seconds * 1000;
    const bell = this.subscribe([id, chatroomId]);
    try {
      for (;;) {
        const state = await read();
        const left = until - Date.now();
        if (isFinal(state) || left <= 0 || this.drain.hasBegun) return state;
        await bell.ring(Math.min(left, this.bus.isUp ? SLOW_POLL_MS : POLL_MS));
      }
    } finally {
      bell.close();
    }
  }

  private subscribe(ids: string[]): { ring: (ms: number) => Promise<void>; close: () => void } {
    let rung = false;
    let resolveRing: (() => void) | null = null;
    const wake = () => {
      rung = true;
      resolveRing?.();
    };
    for (const id of ids) this.waiting.set(id, (this.waiting.get(id) ?? new Set()).add(wake));
    return {
      ring: (ms) =>
        new Promise<void>((resolve) => {
          if (rung) {
            rung = false;
            resolve();
            return;
          }
          const done = () => {
            clearTimeout(timer);
            rung = false;
            resolveRing = null;
            resolve();
          };
          const timer = setTimeout(done, ms);
          resolveRing = done;
        }),
      close: () => {
        for (const id of ids) {
          const wakers = this.waiting.get(id);
          wakers?.delete(wake);
          if (wakers?.size === 0) this.waiting.delete(id);
        }
      },
    };
  }
}
