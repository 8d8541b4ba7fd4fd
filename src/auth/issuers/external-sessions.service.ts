import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import type { Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/problem/problem.js';
import { UsersService } from '../../users/users.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { ExternalToken } from './external-token.js';
import { IdentitiesRepository } from './identities.repository.js';

const DAY_MS = 24 * 3600_000;

/**
 * Finds or creates the account and the session of a trusted issuer's tokens. All tokens of one user share one session, so
 * that everything that ends sessions ends them, too. A process updates the session when it first sees a token.
 */
@Injectable()
export class ExternalSessionsService {
  private readonly lifeMs: number;

  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    this.lifeMs = config.auth.refreshTokenTtlDays * DAY_MS;
  }

  /**
   * Returns the user and session of a token, creating both at its first use.
   * @param token verified
   * @throws Problem `session_ended` for a suspended account, and for a token that was issued before this user's last
   * session or account ended
   */
  async admit(token: ExternalToken): Promise<Principal> {
    const used = (await this.use(token)) ?? (await this.database.tx((manager) => this.begin(token, manager)));
    await this.users.noteActive(used.userId);
    return { ...used, expiresAtMs: token.expiresAt.getTime(), provenAt: token.authenticatedAt };
  }

  private use(
    token: ExternalToken,
    manager?: EntityManager,
  ): Promise<{ userId: string; sessionId: string } | null> {
    const now = this.clock.now();
    return this.identities.use(token, now, new Date(now.getTime() + this.lifeMs), manager);
  }

  private async begin(
    token: ExternalToken,
    manager: EntityManager,
  ): Promise<{ userId: string; sessionId: string }> {
    await this.identities.lock(token, manager);
    // A concurrent request may have created both before this one got the lock.
    const used = await this.use(token, manager);
    if (used) return used;
    const known = await this.identities.find(token, manager);
    const endedAt = known ? known.endedAt : await this.identities.endedAt(token, manager);
    if (known?.suspended || (endedAt && token.issuedAt <= endedAt)) throw new Problem('session_ended');
    const userId = known?.userId ?? (await this.createAccount(token, manager));
    const { id } = await this.sessions.beginAtIssuer(userId, token.issuer, token.authenticatedAt, manager);
    await this.identities.setSession(token, id, endedAt, manager);
    return { userId, sessionId: id };
  }

  private async createAccount(token: ExternalToken, manager: EntityManager): Promise<string> {
    const userId = await this.users.createWithoutNumber(token.profile, this.identities.keyOf(token), manager);
    await this.identities.insert(token, userId, this.clock.now(), manager);
    return userId;
  }
}
