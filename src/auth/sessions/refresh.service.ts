import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/problem/problem.js';
import { networkOf } from '../../platform/limits/network.js';
import { ArrivalsService } from '../networks/arrivals.service.js';
import type { RequestOrigin } from '../request-origin.js';
import { decideRefresh } from '../tokens/refresh-policy.js';
import { readRefreshToken, type RefreshTokenParts } from '../tokens/refresh-token.js';
import type { TokensDto } from '../tokens/tokens.dto.js';
import { TokensService } from '../tokens/tokens.service.js';
import { RevocationsService } from './revocations.service.js';
import type { Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

const DAY_MS = 24 * 3600 * 1000;

/** A session as its current token has it. */
interface Refreshed {
  session: Session;
  /** Has its network to be noted? */
  isArrival: boolean;
}

/** Rotation of refresh tokens; the rule itself is refresh-policy.ts. */
@Injectable()
export class RefreshService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly revocations: RevocationsService,
    private readonly tokens: TokensService,
    private readonly arrivals: ArrivalsService,
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws Problem `session_ended` for anything that is not a usable refresh token */
  async refresh(token: string, origin: RequestOrigin): Promise<TokensDto> {
    const presented = readRefreshToken(this.keys, token);
    const refreshed = presented && (await this.database.tx((tx) => this.advance(presented, origin, tx)));
    if (!refreshed) throw new Problem('session_ended');
    // After the transaction, which holds the session: deleting an account holds the account first.
    if (refreshed.isArrival) await this.arrivals.byRefresh(refreshed.session.userId, origin);
    return this.tokens.issue(refreshed.session);
  }

  /** The session as its current token has it; null when there is nothing to refresh (any more). */
  private async advance(
    { sessionId, generation }: RefreshTokenParts,
    origin: RequestOrigin,
    manager: EntityManager,
  ): Promise<Refreshed | null> {
    const now = this.clock.now();
    const session = await this.sessions.lockLive(sessionId, now, manager);
    // Another process may go on with it: what the sandbox proved counts where the sandbox is.
    if (!session || (session.sandboxProven && this.config.otp.delivery !== 'sandbox')) return null;
    switch (decideRefresh(generation, session, now)) {
      case 'repeat':
        return { session, isArrival: false };
      case 'rotate': {
        const expiresAt = new Date(now.getTime() + this.config.auth.refreshTokenTtlDays * DAY_MS);
        await this.sessions.rotate(session, now, expiresAt, origin.address, manager);
        return {
          session: { ...session, generation: session.generation + 1, expiresAt },
          isArrival: isArrival(session, now, origin.address),
        };
      }
      case 'replayed':
        await this.sessions.endPresented(sessionId, now, manager);
        // Before the commit, which only a dead database can refuse: an ended session too many is the safe side.
        this.revocations.note([sessionId]);
        return null;
    }
  }
}

/** From another network than last time, or the first time on a day: a statement a day keeps a network that does not change. */
function isArrival({ ip, rotatedAt }: Session, now: Date, address: string): boolean {
  const dayOf = (moment: Date) => Math.floor(moment.getTime() / DAY_MS);
  return ip === null || networkOf(ip) !== networkOf(address) || dayOf(rotatedAt) !== dayOf(now);
}
