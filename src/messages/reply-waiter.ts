import { Injectable } from '@nestjs/common';
import { Bus } from '../platform/bus/bus.js';
import { Drain } from '../platform/health/drain.js';

/** While the bus is down nobody wakes us: ask this often instead. */
const POLL_MS = 500;
/** The bus may go down while we wait: never trust it for longer than this. */
const SLOW_POLL_MS = 3000;

/** Waits for replies to become final; woken by the bus from whichever process finished it. */
@Injectable()
export class ReplyWaiter {
  private readonly waiting = new Map<string, Set<() => void>>();

  constructor(
    private readonly bus: Bus,
    private readonly drain: Drain,
  ) {
    drain.onBegin(() => this.tellAll());
    bus.on('reply.final', ({ replyId }) => {
      for (const wake of this.waiting.get(replyId) ?? []) wake();
    });
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
    replyId: string,
    seconds: number,
    read: () => Promise<T>,
    isFinal: (state: T) => boolean,
  ): Promise<T> {
    const until = Date.now() + seconds * 1000;
    const bell = this.subscribe(replyId);
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

  private subscribe(replyId: string): { ring: (ms: number) => Promise<void>; close: () => void } {
    let rung = false;
    let resolveRing: (() => void) | null = null;
    const wake = () => {
      rung = true;
      resolveRing?.();
    };
    const wakers = this.waiting.get(replyId) ?? new Set();
    this.waiting.set(replyId, wakers.add(wake));
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
        wakers.delete(wake);
        if (wakers.size === 0) this.waiting.delete(replyId);
      },
    };
  }
}
