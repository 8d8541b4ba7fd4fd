import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/problem/problem.js';
import { networkOf } from '../../platform/limits/network.js';
import { NetworkRecorder } from '../networks/network-recorder.service.js';
import type { RequestOrigin } from '../request-origin.js';
import { decideRefresh } from '../tokens/refresh-policy.js';
import { readRefreshToken, type RefreshTokenParts } from '../tokens/refresh-token.js';
import type { TokensDto } from '../tokens/tokens.dto.js';
import { TokensService } from '../tokens/tokens.service.js';
import { RevocationsService } from './revocations.service.js';
import type { Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

const DAY_MS = 24 * 3600 * 1000;

/** A session after its refresh. */
interface Refreshed {
  session: Session;
  /** Whether its network must be recorded. */
  mustRecordNetwork: boolean;
}

/**
 * Sessions and refresh rotation.
 *
 * Problem: an access token must be checked without a database read per request, and a stolen refresh token must not keep
 * an account open. Yet browsers refresh in several tabs at once, and mobile networks lose answers.
 *
 * How it works: a sign-in begins a session, one row. Its tokens are derived from the row and never stored: a refresh token is
 * session, generation and their HMAC (refresh-token.ts), an access token a JWT with session and generation
 * (access-token.ts). A refresh locks the row and raises its generation. Refreshes of the same generation at the same time
 * get the same next token, because it is derived.
 *
 * Reuse: the token just before the current one gets the current one again for 10 s, and later as long as nothing issued with
 * the current one has been used: the client never received it. Any other old token is a replay and ends the session with all
 * its tokens (the session family; refresh-policy.ts). Each process reports the first use of a generation to the row once.
 *
 * Ending: the statement that ends a session also notifies every process by the bus (revocations.service.ts), which refuse its
 * access tokens within two seconds. While the bus is down they ask the database on each request; after a reconnect they
 * read the recently ended sessions. Ended sessions are remembered only while one of their access tokens may be alive.
 *
 * Cost: no statement for a request with a known token while the bus is up; two for a token that a process sees first.
 *
 * It does not bind tokens to a device or an address, and it does not list access tokens: a session is the unit that ends.
 */
@Injectable()
export class RefreshService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly revocations: RevocationsService,
    private readonly tokens: TokensService,
    private readonly networkRecorder: NetworkRecorder,
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
    // After the transaction, which locks the session: deleting an account locks the account first, so this could deadlock.
    if (refreshed.mustRecordNetwork)
      await this.networkRecorder.afterRefresh(refreshed.session.userId, origin);
    return this.tokens.issue(refreshed.session);
  }

  /** Applies the refresh policy to the locked session; null when the session cannot be refreshed. */
  private async advance(
    { sessionId, generation }: RefreshTokenParts,
    origin: RequestOrigin,
    manager: EntityManager,
  ): Promise<Refreshed | null> {
    const now = this.clock.now();
    const session = await this.sessions.lockLive(sessionId, now, manager);
    // A session proven by the SMS sandbox counts only in processes that use the sandbox. It is refused here and not ended, because those processes still accept it.
    if (!session || (session.sandboxProven && this.config.otp.delivery !== 'sandbox')) return null;
    switch (decideRefresh(generation, session, now)) {
      case 'repeat':
        return { session, mustRecordNetwork: false };
      case 'rotate': {
        const expiresAt = new Date(now.getTime() + this.config.auth.refreshTokenTtlDays * DAY_MS);
        await this.sessions.rotate(session, now, expiresAt, origin.address, manager);
        return {
          session: { ...session, generation: session.generation + 1, expiresAt },
          mustRecordNetwork: mustRecordNetwork(session, now, origin.address),
        };
      }
      case 'replayed':
        await this.sessions.endPresented(sessionId, now, manager);
        // Before the commit, which only a failing database can refuse: ending a session too many is the safe error.
        this.revocations.note([sessionId]);
        return null;
    }
  }
}

/** True when the network must be recorded: it changed, or this is the day's first refresh. One write a day keeps the network a home network. */
function mustRecordNetwork({ ip, rotatedAt }: Session, now: Date, address: string): boolean {
  const dayOf = (moment: Date) => Math.floor(moment.getTime() / DAY_MS);
  return ip === null || networkOf(ip) !== networkOf(address) || dayOf(rotatedAt) !== dayOf(now);
}
