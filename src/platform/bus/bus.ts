import { randomBytes } from 'node:crypto';
import {
  Inject,
  Injectable,
  Logger,
  Optional,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type pg from 'pg';
import { withTimeout } from '../concurrency/with-timeout.js';
import { createClient } from '../database/connections.js';
import { Database } from '../database/database.js';
import { DATABASE_SETTINGS, type DatabaseSettings } from '../database/data-source.js';
import { REDIS } from '../redis/redis.module.js';
import type { Redis } from '../redis/redis.js';
import { BUS_ECHO, BUS_LOSSES, BUS_UP } from './bus.metrics.js';
import { MetricSources } from '../metrics/metric-sources.js';
import type { Nudge } from './nudge.js';
import { Notifications } from './notifications.js';
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
  /** A user's list starts (`on`) or stops to bypass the cache; `stamp` identifies the bypass. */
  'cache.bypass': { userId: string; on: boolean; stamp: number };
  /** Something has changed for a user; `seq` counts the nudges of the process `from` (nudges.ts). */
  'user.nudged': { from: string; seq: number; userId: string; nudges: Nudge[] };
  /** The number of nudges that a process has counted, and whether it has readers. */
  'nudges.beat': { from: string; sent: number; listens: boolean };
  /** A provider takes no calls of this model for `ms` milliseconds. */
  'model.limited': { provider: string; model: string; ms: number };
}

type Handler<E extends keyof BusEvents> = (payload: BusEvents[E]) => void;

/** Interval of echoes. A dead connection is detected within two of them; revocations must arrive within two seconds. */
const HEARTBEAT_MS = 700;
const RECONNECT_MS = 250;
/** Timeout of connecting, and of each statement of the connection. */
const CONNECT_TIMEOUT_MS = 2000;

/**
 * Events that must not be lost: without them an ended session would stay usable, or a list stale. Their NOTIFY is part of
 * the transaction that they announce. All others are wake-ups ({@link Bus.wake}).
 */
export type CommittedEvent = 'session.ended' | 'cache.bypass';

/** The call that publishes an event as part of another statement: `pg_notify(…)`. */
export const busNotify = (event: CommittedEvent, payloadSql: string): string =>
  `pg_notify('${CHANNEL}', json_build_object('event', '${event}', 'payload', ${payloadSql})::text)`;

/**
 * Announces events to all processes, in two ways.
 *
 * Committed events (ended sessions, cache bypasses) travel by NOTIFY inside the transaction that they announce, so that no
 * crash can separate the two. Every process listens on one connection, and sends an echo to itself through it every
 * {@link HEARTBEAT_MS}. While the echo does not arrive, {@link isUp} is false and callers ask the database.
 *
 * Wake-ups (final replies, stops, changed states) follow their commit. NOTIFY in the same transaction would hold a lock of
 * the whole database until the commit is on disk, so that all durable commits would wait for each other. The wake-ups of one
 * event-loop turn are sent together, over Redis where there is one, else by NOTIFY in a transaction that does not wait for
 * the disk. The row is the truth: a lost wake-up (a crash between commit and sending, Redis down) costs its readers one poll
 * of less than a second (reply-waiter.ts, reply-streams.service.ts). While {@link receivesWakeUps} is false they poll more
 * often.
 */
@Injectable()
export class Bus implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Bus');
  private readonly handlers = new Map<keyof BusEvents, Set<Handler<never>>>();
  private readonly reconnectHandlers = new Set<() => Promise<void>>();
  /** Handlers of other channels on the same connection. */
  private readonly channels = new Map<string, (payload: string) => void>();
  private client: pg.Client | null = null;
  private heartbeat: NodeJS.Timeout | null = null;
  private closed = false;
  private up = false;
  private readonly carrier: WakeUpCarrier;
  private readonly notifications: Notifications;
  /** Wake-ups of this event-loop turn. */
  private wakeUps: string[] = [];
  /** Random id of this process: marks its messages, and is part of the name of its echo channel. */
  private readonly processId = randomBytes(8).toString('hex');
  private echoes = 0;
  private echoed = 0;

  constructor(
    @Inject(DATABASE_SETTINGS) private readonly settings: DatabaseSettings,
    database: Database,
    @Inject(REDIS) redis: Redis | null,
    @Optional() sources?: MetricSources,
  ) {
    sources?.register({
      name: 'bus',
      gauges: [BUS_UP],
      read: () => {
        BUS_UP.set({ events: 'committed' }, Number(this.isUp));
        BUS_UP.set({ events: 'wake_ups' }, Number(this.receivesWakeUps));
      },
    });
    this.notifications = new Notifications(database);
    this.carrier = redis
      ? new RedisCarrier(redis, (message) => this.receive(CHANNEL, message))
      : new PostgresCarrier(this.notifications, () => this.up);
  }

  /** True while this process receives wake-ups. */
  get receivesWakeUps(): boolean {
    return this.carrier.isUp;
  }

  /** True while this process has received every committed event since it connected. */
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

  /** Calls `handler` after each (re)connect, before {@link isUp} turns true. It reads the state that missed events changed. */
  onReconnect(handler: () => Promise<void>): void {
    this.reconnectHandlers.add(handler);
  }

  /** Listens to another channel on the same connection. Call it before the bus connects, in a constructor. */
  listen(channel: string, handler: (payload: string) => void): void {
    this.channels.set(channel, handler);
  }

  /** Dispatches an event that this process has missed, in this process only. */
  catchUp<E extends keyof BusEvents>(event: E, payload: BusEvents[E]): void {
    this.dispatch(event, payload);
  }

  /** Wakes this process at once and all others soon. Call it after the commit; it never throws. */
  wake<E extends Exclude<keyof BusEvents, CommittedEvent>>(event: E, payload: BusEvents[E]): void {
    if (this.wakeUps.length === 0) setImmediate(() => this.sendWakeUps());
    this.wakeUps.push(JSON.stringify({ event, payload, from: this.processId }));
    this.dispatch(event, payload);
  }

  /** Sends messages on another channel of PostgreSQL, after the wake-ups that were sent before. */
  notify(channel: string, messages: string[]): Promise<void> {
    return this.notifications.send(channel, messages);
  }

  private sendWakeUps(): void {
    const messages = this.wakeUps;
    this.wakeUps = [];
    // After a failure, readers in other processes find the state by polling.
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
    client.on('error', () => this.onConnectionLost(client));
    client.on('end', () => this.onConnectionLost(client));
    client.on('notification', ({ channel, payload = '' }) => this.receive(channel, payload));
    this.client = client;
    try {
      await client.connect();
      for (const channel of [CHANNEL, this.echoChannel, ...this.channels.keys()])
        await client.query(`listen ${channel}`);
      for (const handler of this.reconnectHandlers) await handler();
      this.up = true;
      this.scheduleEcho(client);
    } catch (error) {
      this.logger.warn(
        `bus unavailable, reconnecting; processes ask PostgreSQL meanwhile: ${(error as Error).message}`,
      );
      this.onConnectionLost(client);
    }
  }

  /**
   * Sends an echo and treats a missing one as a lost connection, because a half-open connection raises no error.
   * `withTimeout` reads the sockets before it rejects, so a process that was busy does not lose a healthy connection.
   */
  private scheduleEcho(client: pg.Client): void {
    this.heartbeat = setTimeout(() => {
      const sentMs = performance.now();
      withTimeout(this.echo(client), HEARTBEAT_MS).then(
        () => {
          BUS_ECHO.observe({}, (performance.now() - sentMs) / 1000);
          this.scheduleEcho(client);
        },
        () => this.onConnectionLost(client),
      );
    }, HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  private get echoChannel(): string {
    return `chat_echo_${this.processId}`;
  }

  /** Proves that notifications arrive. A connection can answer queries and receive none, for example behind a pooler. */
  private async echo(client: pg.Client): Promise<void> {
    const sent = (this.echoes += 1);
    await client.query('select pg_notify($1, $2)', [this.echoChannel, String(sent)]);
    if (this.echoed !== sent) throw new Error('the bus did not receive its own echo');
  }

  private onConnectionLost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.up = false;
    if (!this.closed) BUS_LOSSES.inc({});
    if (this.heartbeat) clearTimeout(this.heartbeat);
    void client.end().catch(() => undefined);
    if (this.closed) return;
    setTimeout(() => void this.connect(), RECONNECT_MS).unref();
  }

  private receive(channel: string, payload: string): void {
    if (channel === this.echoChannel) {
      this.echoed = Number(payload);
      return;
    }
    if (channel !== CHANNEL) {
      this.channels.get(channel)?.(payload);
      return;
    }
    const message = JSON.parse(payload) as { event: keyof BusEvents; payload: never; from?: string };
    if (message.from !== this.processId) this.dispatch(message.event, message.payload);
  }

  private dispatch<E extends keyof BusEvents>(event: E, payload: BusEvents[E]): void {
    for (const handler of this.handlers.get(event) ?? []) {
      try {
        (handler as Handler<E>)(payload);
      } catch (error) {
        this.logger.error(`handler of bus event ${event} failed: ${(error as Error).message}`);
      }
    }
  }
}
