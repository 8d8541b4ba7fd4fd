import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { withTimeout } from '../concurrency/with-timeout.js';
import { createClient } from '../database/connections.js';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { DATABASE_SETTINGS, type DatabaseSettings } from '../database/data-source.js';

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

const CHANNEL = 'chat_bus';
/** A dead link is noticed within two of these: revocations must reach every process within two seconds. */
const HEARTBEAT_MS = 700;
const RECONNECT_MS = 250;
/** Connecting, and each statement of it. */
const CONNECT_TIMEOUT_MS = 2000;

const PUBLISH = statement<{ message: string }>('bus-publish', `select pg_notify('${CHANNEL}', :message)`);

/** The statement that publishes an event as part of another statement: `select pg_notify(...)`. */
export const busNotify = (event: keyof BusEvents, payloadSql: string): string =>
  `pg_notify('${CHANNEL}', json_build_object('event', '${event}', 'payload', ${payloadSql})::text)`;

/**
 * Tells every process of revocations, stops and cache bypasses through PostgreSQL LISTEN/NOTIFY, on one session
 * connection a process. While the listener is down {@link isUp} is false and callers ask the database instead.
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

  constructor(
    @Inject(DATABASE_SETTINGS) private readonly settings: DatabaseSettings,
    private readonly database: Database,
  ) {}

  /** Is every event since the last (re)connect heard by this process? */
  get isUp(): boolean {
    return this.up;
  }

  async onModuleInit(): Promise<void> {
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    this.up = false;
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

  /** Tells all processes. Resolves when PostgreSQL has taken it. */
  async publish<E extends keyof BusEvents>(event: E, payload: BusEvents[E]): Promise<void> {
    await this.database.run(PUBLISH, { message: JSON.stringify({ event, payload }) });
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
      for (const channel of [CHANNEL, ...this.channels.keys()]) await client.query(`listen ${channel}`);
      for (const handler of this.reconnectHandlers) await handler();
      this.up = true;
      this.beat(client);
    } catch (error) {
      this.logger.warn(`the bus cannot listen: ${(error as Error).message}`);
      this.lost(client);
    }
  }

  /**
   * A half-open link raises no error by itself: ask, and take silence for loss. `within` reads the sockets before it gives
   * up, so that a process which was starved itself does not take its link for lost.
   */
  private beat(client: pg.Client): void {
    this.heartbeat = setTimeout(() => {
      withTimeout(client.query('select 1'), HEARTBEAT_MS).then(
        () => this.beat(client),
        () => this.lost(client),
      );
    }, HEARTBEAT_MS);
    this.heartbeat.unref();
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
    if (channel !== CHANNEL) {
      this.channels.get(channel)?.(payload);
      return;
    }
    const told = JSON.parse(payload) as { event: keyof BusEvents; payload: never };
    this.dispatch(told.event, told.payload);
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
