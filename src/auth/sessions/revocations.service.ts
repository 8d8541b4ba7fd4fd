import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Problem } from '../../platform/problem/problem.js';
import { CoalescedRefresh } from '../../platform/concurrency/coalesced-refresh.js';
import { EndedSessions } from './ended-sessions.js';
import { SessionsRepository } from './sessions.repository.js';

/** Tolerated difference between the clocks of two processes. */
const CLOCK_SKEW_MS = 60_000;
/** How often sessions that ended in the last minute are read: a revocation whose event was lost holds within two seconds. */
const REREAD_MS = 1000;

/**
 * Learns within two seconds which sessions have ended, in every process: announced by the bus, read again from the database
 * whenever the bus may have missed an event, and asked of the database on each request while the bus is down.
 */
@Injectable()
export class RevocationsService implements OnModuleInit, OnApplicationShutdown {
  private readonly ended: EndedSessions;
  /** While the bus is down, concurrent requests of one session cost two reads instead of one each. */
  private readonly liveness = new CoalescedRefresh<boolean>();
  private readonly keepMs: number;
  private reading: NodeJS.Timeout | undefined;

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly bus: Bus,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    this.keepMs = config.auth.accessTokenTtlSeconds * 1000 + CLOCK_SKEW_MS;
    this.ended = new EndedSessions(this.keepMs);
    // In the constructor: the bus connects when modules start, and its listeners must exist by then.
    bus.on('session.ended', ({ sessionId }) => this.note([sessionId]));
    bus.onReconnect(() => this.readEnded(this.keepMs));
  }

  onModuleInit(): void {
    // A failure is ignored: the bus notices an unavailable database, and then each request asks.
    this.reading = setInterval(
      () => void this.readEnded(CLOCK_SKEW_MS).catch(() => undefined),
      REREAD_MS,
    ).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.reading);
  }

  /**
   * Asserts that the session of a verified token is live. True at once while the bus is up; otherwise the database is asked.
   * @throws Problem `session_ended`
   */
  assertLive(sessionId: string): true | Promise<true> {
    this.assertNotEnded(sessionId);
    return this.bus.isUp || this.askDatabase(sessionId);
  }

  /**
   * The same from this process's memory alone, for callers that ask the database next in any case.
   * @throws Problem `session_ended`
   */
  assertNotEnded(sessionId: string): void {
    if (this.ended.has(sessionId)) throw new Problem('session_ended');
  }

  /** Asks the database, too: the end of an account's sessions is announced only with the commit of its deletion. */
  async hasEnded(sessionId: string): Promise<boolean> {
    return this.ended.has(sessionId) || !(await this.sessions.isLive(sessionId, this.clock.now()));
  }

  /** Records ended sessions in this process at once, before the bus announces them. */
  note(sessionIds: string[]): void {
    const now = this.clock.now().getTime();
    for (const id of sessionIds) this.ended.add(id, now);
  }

  private async askDatabase(sessionId: string): Promise<true> {
    const isLive = await this.liveness.ask(sessionId, () =>
      this.sessions.isLive(sessionId, this.clock.now()),
    );
    if (!isLive) throw new Problem('session_ended');
    return true;
  }

  private async readEnded(lastMs: number): Promise<void> {
    const since = new Date(this.clock.now().getTime() - lastMs);
    // Passed on as bus events, because other listeners exist in this process.
    for (const session of await this.sessions.endedSince(since))
      if (!this.ended.has(session.sessionId)) this.bus.catchUp('session.ended', session);
  }
}
