import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { withTimeout } from '../concurrency/with-timeout.js';
import { createClient } from '../database/connections.js';
import { Database } from '../database/database.js';
import { DATABASE_SETTINGS, type DatabaseSettings } from '../database/data-source.js';
import { REDIS } from '../redis/redis.module.js';
import type { Redis } from '../redis/redis.js';
import { CHANNEL, PostgresCarrier, RedisCarrier, type WakeUpCarrier } from './wake-ups.js';

/** Events between processes. Ids only, since database users can read a payload (promise 10). */
export interface BusEvents {
  /** A session was ended; its tokens are refused from now on. */
  'session.ended': { sessionId: string; userId: string };
  /** A reply is final: requests that wait for it may read it. */
  'reply.final': { replyId: string };
  /** A live reply's state has changed: it was deferred or started again. */
  'reply.changed': { replyId: string };
  /** The worker that generates this reply must stop. */
  'reply.stop': { replyId: string };
  /** A room is gone, with everything in it. */
  'room.deleted': { chatroomId: string };
  /** A user's cached list cannot be trusted (true) or can be again (false); `stamp` tells which incident is meant. */
  'cache.bypass': { userId: string; on: boolean; stamp: number };
  /** A model of a provider's takes no calls for so many milliseconds. */
  'model.limited': { provider: string; model: string; ms: number };
}

type Handler<E extends keyof BusEvents> = (payload: BusEvents[E]) => void;

/** A dead link is noticed within two of these: revocations must reach every process within two seconds. */
const HEARTBEAT_MS = 700;
const RECONNECT_MS = 250;
/** Connecting, and each statement of it. */
const CONNECT_TIMEOUT_MS = 2000;

/**
 * Events that must not be lost: a lost one would leave a dead session alive, or a list stale. Their NOTIFY is part of the
 * transaction that they tell of. All others are wake-ups ({@link Bus.wake}).
 */
export type CommittedEvent = 'session.ended' | 'cache.bypass';

/** The call that publishes an event as part of another statement: `pg_notify(…)`. */
export const busNotify = (event: CommittedEvent, payloadSql: string): string =>
  `pg_notify('${CHANNEL}', json_build_object('event', '${event}', 'payload', ${payloadSql})::text)`;

/**
 * Announces events to all processes, in two ways.
 *
 * Committed events (ended sessions, cache bypasses) travel by NOTIFY inside the transaction that they tell of, so that no
 * crash can separate the two. Every process listens on one session connection. An echo through the same channel, sent
 * every {@link HEARTBEAT_MS}, proves that it hears: while it does not, {@link isUp} is false and callers ask the database.
 *
 * Wake-ups (final replies, stops, states that changed) follow their commit, because NOTIFY holds a lock of the whole
 * database from the end of its transaction until the disk has answered: with it in each send and each end, all durable
 * commits wait for each other. Those of one event-loop turn are sent together, over Redis where there is one, else by
 * NOTIFY in a transaction that does not wait for the disk. The row is the truth: a wake-up that is lost (a crash between
 * commit and sending, Redis away) costs its readers one poll of less than a second (reply-waiter.ts, reply-streams.service.ts).
 * While {@link hearsWakeUps} is false they poll more often.
 */
@Injectable()
export class Bus implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Bus');
  private readonly handlers = new Map<keyof BusEvents, Set<Handler<never>>>();
  private readonly reconnectHandlers = new Set<() => Promise<void>>();
  /** Channels beside ours. */
  private readonly channels = new Map<string, (payload: string) => void>();
  private client: pg.Client | null = null;
  private heartbeat: NodeJS.Timeout | null = null;
  private closed = false;
  private up = false;
  private readonly carrier: WakeUpCarrier;
  /** Wake-ups of this event-loop turn. */
  private waking: string[] = [];
  /** Tells this process's messages from those of others, and names its echo's channel. */
  private readonly self = randomBytes(8).toString('hex');
  private echoes = 0;
  private echoed = 0;

  constructor(
    @Inject(DATABASE_SETTINGS) private readonly settings: DatabaseSettings,
    database: Database,
    @Inject(REDIS) redis: Redis | null,
  ) {
    this.carrier = redis
      ? new RedisCarrier(redis, (message) => this.hear(CHANNEL, message))
      : new PostgresCarrier(database, () => this.up);
  }

  /** Does this process hear wake-ups? */
  get hearsWakeUps(): boolean {
    return this.carrier.isUp;
  }

  /** Has this process heard every committed event since the last (re)connect? */
  get isUp(): boolean {
    return this.up;
  }

  async onModuleInit(): Promise<void> {
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    this.up = false;
    this.carrier.close();
    if (this.heartbeat) clearTimeout(this.heartbeat);
    await this.client?.end().catch(() => undefined);
  }

  /** Calls `handler` for every event of this kind, from any process including this one. */
  on<E extends keyof BusEvents>(event: E, handler: Handler<E>): () => void {
    const handlers = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /**
   * Calls `handler` when events may have been missed, before {@link isUp} turns true: read the state from the database
   * there.
   */
  onReconnect(handler: () => Promise<void>): void {
    this.reconnectHandlers.add(handler);
  }

  /** Hears another channel on the same connection. To be called before the bus connects: in a constructor. */
  listen(channel: string, handler: (payload: string) => void): void {
    this.channels.set(channel, handler);
  }

  /** Tells this process alone: of what it has missed. */
  catchUp<E extends keyof BusEvents>(event: E, payload: BusEvents[E]): void {
    this.dispatch(event, payload);
  }

  /** Wakes this process at once and all others soon. To be called after the commit; never fails. */
  wake<E extends Exclude<keyof BusEvents, CommittedEvent>>(event: E, payload: BusEvents[E]): void {
    if (this.waking.length === 0) setImmediate(() => this.sendWakeUps());
    this.waking.push(JSON.stringify({ event, payload, from: this.self }));
    this.dispatch(event, payload);
  }

  private sendWakeUps(): void {
    const messages = this.waking;
    this.waking = [];
    // Not sent: readers in other processes find the state by polling.
    if (!this.closed) this.carrier.send(messages).catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = createClient({
      connectionString: this.settings.url,
      application_name: `${this.settings.applicationName}-bus`,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
    });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload = '' }) => this.hear(channel, payload));
    this.client = client;
    try {
      await client.connect();
      for (const channel of [CHANNEL, this.echoChannel, ...this.channels.keys()])
        await client.query(`listen ${channel}`);
      for (const handler of this.reconnectHandlers) await handler();
      this.up = true;
      this.beat(client);
    } catch (error) {
      this.logger.warn(`the bus cannot listen: ${(error as Error).message}`);
      this.lost(client);
    }
  }

  /**
   * A half-open link raises no error by itself: ask, and take silence for loss. `withTimeout` reads the sockets before it gives
   * up, so that a process which was starved itself does not take its link for lost.
   */
  private beat(client: pg.Client): void {
    this.heartbeat = setTimeout(() => {
      withTimeout(this.echo(client), HEARTBEAT_MS).then(
        () => this.beat(client),
        () => this.lost(client),
      );
    }, HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  private get echoChannel(): string {
    return `chat_echo_${this.self}`;
  }

  /** A connection may answer and hear nothing (behind a pooler it may be another one by now): only an echo proves it. */
  private async echo(client: pg.Client): Promise<void> {
    const sent = (this.echoes += 1);
    await client.query('select pg_notify($1, $2)', [this.echoChannel, String(sent)]);
    if (this.echoed !== sent) throw new Error('the bus does not hear its own echo');
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.up = false;
    if (this.heartbeat) clearTimeout(this.heartbeat);
    void client.end().catch(() => undefined);
    if (this.closed) return;
    setTimeout(() => void this.connect(), RECONNECT_MS).unref();
  }

  private hear(channel: string, payload: string): void {
    if (channel === this.echoChannel) {
      this.echoed = Number(payload);
      return;
    }
    if (channel !== CHANNEL) {
      this.channels.get(channel)?.(payload);
      return;
    }
    const message = JSON.parse(payload) as { event: keyof BusEvents; payload: never; from?: string };
    if (message.from !== this.self) this.dispatch(message.event, message.payload);
  }

  private dispatch<E extends keyof BusEvents>(event: E, payload: BusEvents[E]): void {
    for (const handler of this.handlers.get(event) ?? []) {
      try {
        (handler as Handler<E>)(payload);
      } catch (error) {
        this.logger.error(`a handler of ${event} failed: ${(error as Error).message}`);
      }
    }
  }
}
