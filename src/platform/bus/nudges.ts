import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Problem } from '../problem/problem.js';
import { Bus } from './bus.js';
import type { Nudge } from './nudge.js';
import { BEAT_MS, NudgePeers } from './nudge-peers.js';

/** Interval of looks for gaps. */
const TICK_MS = 250;
/** Shortest time between two gaps that readers learn of: each makes all of them read again. */
const GAP_EVERY_MS = 5000;

/** The same while no nudge of another process arrives. */
const OUTAGE_GAP_EVERY_MS = 15_000;

/** The readers of nudges in this process. */
export interface NudgeReaders {
  readonly areThere: boolean;
  nudged(userId: string, nudges: Nudge[]): void;
  /** Nudges may have been lost, of any user. */
  mayHaveMissed(): void;
}

/**
 * Nudges: tells the open `GET /user/events` of a user, in every process, that something has changed.
 *
 * Problem. A nudge must not be part of the commit (ADR 0031), so a process may die between the two; and the bus delivers
 * wake-ups at most once. A reader that waits for a lost nudge would never show the new state.
 *
 * How it works. Every process numbers its nudges. Once a second it sends a beat with their count and with whether it has
 * readers. A process that misses a number, or the beats of another process, tells its readers to read everything again
 * (nudge-peers.ts). A write whose outcome is unknown, and nudges that no process would have read, are counted and not
 * sent: they are gaps too, if a reader comes in time to need them.
 *
 * When the bus is down, numbers and beats do not arrive: readers read everything again every 15 s, and when it is back.
 *
 * Cost: without readers a counter per write, and one wake-up a second per process; with readers one wake-up per write.
 */
@Injectable()
export class Nudges implements OnModuleInit, OnApplicationShutdown {
  private readonly id = randomBytes(8).toString('hex');
  private readonly peers = new NudgePeers();
  private readers: NudgeReaders | null = null;
  private counted = 0;
  private hasGap = false;
  private toldAtMs = -OUTAGE_GAP_EVERY_MS;
  /** Whether wake-ups arrived at the last look. */
  private received = true;
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly bus: Bus) {
    bus.on('user.nudged', ({ from, seq, userId, nudges }) => {
      if (from !== this.id) this.peers.take(from, seq);
      this.readers?.nudged(userId, nudges);
    });
    bus.on('nudges.beat', ({ from, ...beat }) => {
      if (from !== this.id) this.peers.beat(from, beat);
    });
  }

  onModuleInit(): void {
    // The first beat comes before any write: a process that no other process knows cannot be missed.
    this.beat();
    this.timers = [
      setInterval(() => this.beat(), BEAT_MS).unref(),
      setInterval(() => this.tick(), TICK_MS).unref(),
    ];
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Sets the readers of this process. */
  readBy(readers: NudgeReaders): void {
    this.readers = readers;
  }

  /** Sends a beat now, because the first reader has come. */
  beat(): void {
    const listens = this.readers?.areThere ?? false;
    this.bus.wake('nudges.beat', { from: this.id, sent: this.counted, listens });
  }

  /** Nudges the user's readers. Call it after the commit; it never throws. */
  tell(userId: string, ...nudges: Nudge[]): void {
    const nudge = { from: this.id, seq: this.counted, userId, nudges };
    this.counted += 1;
    if (this.peers.someListen) this.bus.wake('user.nudged', nudge);
    else this.bus.catchUp('user.nudged', nudge);
  }

  /** Awaits a write. If its outcome is unknown, it may have been committed: its nudge counts as lost. */
  async orMiss<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (!(error instanceof Problem)) this.miss();
      throw error;
    }
  }

  /** Counts a nudge that is not sent: readers in all processes read again. */
  miss(): void {
    this.counted += 1;
    this.hasGap = true;
  }

  private tick(): void {
    const { receivesWakeUps } = this.bus;
    // Nothing arrives meanwhile, and afterwards a process that told something may be gone.
    if (this.readers?.areThere && !(receivesWakeUps && this.received)) this.hasGap = true;
    this.received = receivesWakeUps;
    this.hasGap = this.peers.takeGap() || this.hasGap;
    if (!this.hasGap || !this.readers?.areThere) return;
    const now = performance.now();
    if (now - this.toldAtMs < (receivesWakeUps ? GAP_EVERY_MS : OUTAGE_GAP_EVERY_MS)) return;
    this.toldAtMs = now;
    this.hasGap = false;
    this.readers.mayHaveMissed();
  }
}
