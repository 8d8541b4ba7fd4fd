import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Problem } from '../../platform/http/problem.js';
import { EndedSessions } from './ended-sessions.js';
import { SessionsRepository } from './sessions.repository.js';

/** How far the clocks of two processes may differ. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Which sessions have ended, known to every process within two seconds: told by the bus, read anew whenever the bus may
 * have missed something, and asked of the database on each request while the bus is down.
 */
@Injectable()
export class SessionsService {
  private readonly ended: EndedSessions;
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
    bus.on('session.ended', ({ sessionId }) => this.ended.add(sessionId, this.clock.now().getTime()));
    bus.onReconnect(() => this.readEnded());
  }

  /** @throws Problem `session_ended` */
  async assertLive(sessionId: string): Promise<void> {
    if (this.ended.has(sessionId)) throw new Problem('session_ended');
    if (this.bus.isUp) return;
    if (!(await this.sessions.isLive(sessionId, this.clock.now()))) throw new Problem('session_ended');
  }

  /**
   * Notes that something issued with this generation of the session is in use.
   * @throws Problem `session_ended`
   */
  async markUsed(sessionId: string, generation: number): Promise<void> {
    if (!(await this.sessions.markUsed(sessionId, generation, this.clock.now())))
      throw new Problem('session_ended');
  }

  private async readEnded(): Promise<void> {
    const now = this.clock.now().getTime();
    for (const id of await this.sessions.endedSince(new Date(now - this.keepMs))) this.ended.add(id, now);
  }
}
