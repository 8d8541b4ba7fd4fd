import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Bus } from '../bus/bus.js';
import { Drain } from '../health/drain.js';
import { SSE_PING, type EventStreamBody } from '../http/responses/event-stream.js';

/** Proxies cut connections that are idle for a minute, some after thirty seconds. */
const PING_MS = 15_000;
const TICK_MS = 250;
/** Streams close after this time without the bus, because ended sessions go unnoticed. A reconnecting client is checked. */
const MAX_BUS_OUTAGE_MS = 1500;
/**
 * Number of ended sessions and deleted rooms that are remembered: 500 a second over 20 s, the longest time (lock_timeout,
 * statement_timeout) between the authentication of a request and the opening of its stream. Ids are never reused.
 */
const MAX_ENDED_IDS = 10_000;

/**
 * The open event streams of this process, whatever they show. It pings them, closes those of an ended session or a deleted
 * room, and all when the process drains, or when the bus is down for so long that an ended session could go unnoticed.
 */
@Injectable()
export class OpenStreams implements OnModuleInit, OnApplicationShutdown {
  /** The streams, with the ids of the sessions and rooms that they end with. */
  private readonly open = new Map<EventStreamBody, readonly string[]>();
  private readonly endedIds = new LRUCache<string, true>({ max: MAX_ENDED_IDS });
  private busUpAtMs = performance.now();
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly drain: Drain,
  ) {
    bus.on('session.ended', ({ sessionId }) => this.cutAllOf(sessionId));
    bus.on('room.deleted', ({ chatroomId }) => this.cutAllOf(chatroomId));
    drain.onBegin(() => this.leaveAll());
  }

  onModuleInit(): void {
    this.timers = [
      setInterval(() => this.open.forEach((_, body) => body.send(SSE_PING)), PING_MS).unref(),
      setInterval(() => this.tick(), TICK_MS).unref(),
    ];
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.leaveAll();
  }

  /** Whether a session or a room of a request has ended since the request was authenticated. */
  areOver(ids: readonly string[]): boolean {
    return ids.some((id) => this.endedIds.has(id));
  }

  /**
   * Adds a stream. It closes at once if one of `ids` is over, or if the process drains.
   * @param ids the session and the room that the stream ends with
   */
  add(body: EventStreamBody, ids: readonly string[]): void {
    this.open.set(body, ids);
    body.once('close', () => this.open.delete(body));
    if (this.areOver(ids)) body.cut();
    else if (this.drain.hasBegun) body.leave();
  }

  private tick(): void {
    const now = performance.now();
    if (this.bus.isUp) this.busUpAtMs = now;
    else if (now - this.busUpAtMs > MAX_BUS_OUTAGE_MS) this.leaveAll();
  }

  private leaveAll(): void {
    for (const body of this.open.keys()) body.leave();
  }

  /** Closes the open streams of an ended session or room; those that requests are about to open close in {@link add}. */
  private cutAllOf(id: string): void {
    this.endedIds.set(id, true);
    for (const [body, ids] of this.open) if (ids.includes(id)) body.cut();
  }
}
