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
 * The account and the session of tokens that another issuer has made. All tokens of one person share a session, so that
 * what ends sessions ends them, too; what that session knows is kept by each process's first sight of a token.
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
   * Whose token it is, in which session; both are made on first sight.
   * @param token verified
   * @throws Problem `session_ended` for a suspended account, and for a token that was issued before the last session, or
   * the last account of this person, ended
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
    // Somebody else may have been here before the lock.
    const used = await this.use(token, manager);
    if (used) return used;
    const known = await this.identities.find(token, manager);
    const endedAt = known ? known.endedAt : await this.identities.endedAt(token, manager);
    if (known?.suspended || (endedAt && token.issuedAt <= endedAt)) throw new Problem('session_ended');
    const userId = known?.userId ?? (await this.createAccount(token, manager));
    const { id } = await this.sessions.beginElsewhere(userId, token.issuer, token.authenticatedAt, manager);
    await this.identities.setSession(token, id, endedAt, manager);
    return { userId, sessionId: id };
  }

  private async createAccount(token: ExternalToken, manager: EntityManager): Promise<string> {
    const userId = await this.users.createWithoutNumber(token.profile, this.identities.keyOf(token), manager);
    await this.identities.insert(token, userId, this.clock.now(), manager);
    return userId;
  }
}
