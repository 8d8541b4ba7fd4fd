import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CoalescedRefresh } from '../../platform/concurrency/coalesced-refresh.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { newId } from '../../platform/crypto/id.js';
import { Cursors, type Page, type PageQuery } from '../../platform/fields/page.js';
import type { Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/problem/problem.js';
import { UsersService } from '../../users/users.service.js';
import type { RequestOrigin } from '../request-origin.js';
import { RevocationsService } from './revocations.service.js';
import { toSession, type SessionDto } from './session.dto.js';
import type { Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

const DAY_MS = 24 * 3600 * 1000;
/** How long a proof of identity is fresh (contract: what needs a fresh session). */
const FRESH_MS = 10 * 60_000;
const SIGN_IN_THERE =
  'Sign in at the token’s issuer again (max_age=0): its auth_time must lie within the last 10 minutes.';
/** Long enough ago for anything. */
const NEVER = new Date(0);

/** Sessions: begin, list, end. */
@Injectable()
export class SessionsService {
  private readonly sandbox: boolean;
  private readonly lifeMs: number;
  /** A burst with a token that is new to this process costs two updates of the session's row, not one a request. */
  private readonly firstUses = new CoalescedRefresh<void>();

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly revocations: RevocationsService,
    private readonly users: UsersService,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    this.sandbox = config.otp.delivery === 'sandbox';
    this.lifeMs = config.auth.refreshTokenTtlDays * DAY_MS;
  }

  /** Begins a session of a user who has just proven who he is. */
  begin(userId: string, origin: RequestOrigin, manager: EntityManager): Promise<Session> {
    const session = this.newSession(userId, origin.device);
    return this.insert({ ...session, ip: origin.address, sandboxProven: this.sandbox }, manager);
  }

  /**
   * Begins the session of a user who signs in at another issuer: nothing of it is proven by our SMS, and it has no tokens
   * of ours.
   * @param authenticatedAt when he proved there who he is; null: not known, so the session is not fresh
   */
  beginElsewhere(
    userId: string,
    issuer: string,
    authenticatedAt: Date | null,
    manager: EntityManager,
  ): Promise<Session> {
    const session = this.newSession(userId, issuer);
    return this.insert({ ...session, authenticatedAt: authenticatedAt ?? NEVER }, manager);
  }

  /**
   * Notes that something issued with this generation of the session is in use.
   * @throws Problem `session_ended`
   */
  async markUsed(userId: string, sessionId: string, generation: number): Promise<void> {
    await this.firstUses.ask(`${sessionId}-${generation}`, async () => {
      if (!(await this.sessions.markUsed(sessionId, generation, this.clock.now())))
        throw new Problem('session_ended');
      await this.users.noteActive(userId);
    });
  }

  async list({ userId, sessionId }: Principal, { cursor, limit }: PageQuery): Promise<Page<SessionDto>> {
    const scope = `sessions:${userId}`;
    const before = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const options = { now: this.clock.now(), before, limit: limit + 1, withSandbox: this.sandbox };
    const rows = await this.sessions.list(userId, options);
    const toItem = (session: Session) => toSession(session, sessionId);
    return this.cursors.page(scope, rows, limit, toItem, ({ id }) => id);
  }

  /** @throws Problem `not_found` for a session that is not a live one of the user */
  async end(userId: string, sessionId: string): Promise<void> {
    if (!(await this.sessions.endOwn(userId, sessionId, this.clock.now()))) throw Problem.notFound();
    this.revocations.note([sessionId]);
  }

  /** Ends the session whose token somebody holds; nothing happens when it has ended already. */
  async endPresented(sessionId: string): Promise<void> {
    await this.sessions.endPresented(sessionId, this.clock.now());
    this.revocations.note([sessionId]);
  }

  /** Ends every session of the user but `keepId`. */
  async endAll(userId: string, keepId: string | null = null): Promise<void> {
    this.revocations.note(await this.sessions.endAll(userId, keepId, this.clock.now()));
  }

  /**
   * The same as part of a transaction. Call the result when it has been committed: until then the sessions are alive.
   */
  async endAllIn(manager: EntityManager, userId: string, keepId: string | null): Promise<() => void> {
    const ids = await this.sessions.endAll(userId, keepId, this.clock.now(), manager);
    return () => this.revocations.note(ids);
  }

  /**
   * He has proven who he is, in this session: it is fresh for 10 minutes, as after signing in.
   * @throws Problem `session_ended`
   */
  async stepUp({ userId, sessionId }: Principal, manager?: EntityManager): Promise<void> {
    if (!(await this.sessions.stepUp(userId, sessionId, this.clock.now(), manager)))
      throw new Problem('session_ended');
  }

  /**
   * Has the user proven who he is within the last 10 minutes, in this session? All tokens of another issuer share one: there
   * each speaks for itself.
   * @throws Problem `step_up_required`
   */
  async assertFresh({ userId, sessionId, provenAt }: Principal, manager?: EntityManager): Promise<void> {
    // Null for one that has ended, whatever its tokens say: they may not have heard of it yet.
    const ofSession = await this.sessions.authenticatedAt(userId, sessionId, manager);
    const at = ofSession && (provenAt === undefined ? ofSession : provenAt);
    if (at && this.clock.now().getTime() - at.getTime() < FRESH_MS) return;
    throw new Problem('step_up_required', provenAt === undefined ? undefined : SIGN_IN_THERE);
  }

  private newSession(userId: string, device: string | null): Session {
    const now = this.clock.now();
    return {
      id: newId(),
      userId,
      device,
      ip: null,
      sandboxProven: false,
      generation: 1,
      usedGeneration: 0,
      rotatedAt: now,
      authenticatedAt: now,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: new Date(now.getTime() + this.lifeMs),
      endedAt: null,
    };
  }

  private async insert(session: Session, manager: EntityManager): Promise<Session> {
    await this.sessions.insert(session, manager);
    return session;
  }
}
