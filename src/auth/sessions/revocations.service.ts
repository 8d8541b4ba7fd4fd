import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Problem } from '../../platform/problem/problem.js';
import { CoalescedRefresh } from '../../platform/concurrency/coalesced-refresh.js';
import { EndedSessions } from './ended-sessions.js';
import { SessionsRepository } from './sessions.repository.js';

/** How far the clocks of two processes may differ. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Which sessions have ended, known to every process within two seconds: told by the bus, read anew whenever the bus may
 * have missed something, and asked of the database on each request while the bus is down.
 */
@Injectable()
export class RevocationsService {
  private readonly ended: EndedSessions;
  /** A flood of one session's requests while the bus is down costs two reads, not one a request. */
  private readonly liveness = new CoalescedRefresh<boolean>();
  private readonly keepMs: number;

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly bus: Bus,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    this.keepMs = config.auth.accessTokenTtlSeconds * 1000 + CLOCK_SKEW_MS;
    this.ended = new EndedSessions(this.keepMs);
    // In the constructor: the bus connects when modules start, and must find its listeners then.
    bus.on('session.ended', ({ sessionId }) => this.note([sessionId]));
    bus.onReconnect(() => this.readEnded());
  }

  /**
   * Of a session that a verified token names. True at once while the bus is up; otherwise the database is asked.
   * @throws Problem `session_ended`
   */
  assertLive(sessionId: string): true | Promise<true> {
    this.assertNotEnded(sessionId);
    return this.bus.isUp || this.askDatabase(sessionId);
  }

  /**
   * The same by what this process knows, whatever the bus does: for a question that the database is asked next anyway.
   * @throws Problem `session_ended`
   */
  assertNotEnded(sessionId: string): void {
    if (this.ended.has(sessionId)) throw new Problem('session_ended');
  }

  /** Asks the database, too: an account that is being deleted is told of when that is committed. */
  async hasEnded(sessionId: string): Promise<boolean> {
    return this.ended.has(sessionId) || !(await this.sessions.isLive(sessionId, this.clock.now()));
  }

  /** These have ended: this process knows at once, before the bus comes round. */
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

  private async readEnded(): Promise<void> {
    const since = new Date(this.clock.now().getTime() - this.keepMs);
    // As if the bus had told it: others listen, too.
    for (const session of await this.sessions.endedSince(since)) this.bus.catchUp('session.ended', session);
  }
}
