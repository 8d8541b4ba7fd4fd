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
/** A session is fresh for this long after a proof of identity. */
const FRESH_MS = 10 * 60_000;
const SIGN_IN_AT_ISSUER =
  'Sign in at the token’s issuer again (max_age=0): its auth_time must lie within the last 10 minutes.';
/** A time before every limit. */
const LONG_AGO = new Date(0);

/** Begins, lists and ends sessions, and checks whether they are fresh. The mechanism is described in refresh.service.ts. */
@Injectable()
export class SessionsService {
  private readonly sandbox: boolean;
  private readonly lifeMs: number;
  /** Concurrent requests with a token that is new to this process cost two updates of the session's row instead of one each. */
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

  /** Begins a session of a user who has just proven their identity. */
  begin(userId: string, origin: RequestOrigin, manager: EntityManager): Promise<Session> {
    const session = this.newSession(userId, origin.device);
    return this.insert({ ...session, ip: origin.address, sandboxProven: this.sandbox }, manager);
  }

  /**
   * Begins the session of a user of a trusted issuer. It is not proven by SMS, and this server issues no tokens for it.
   * @param authenticatedAt when the user authenticated at the issuer; null: unknown, so the session is not fresh
   */
  beginAtIssuer(
    userId: string,
    issuer: string,
    authenticatedAt: Date | null,
    manager: EntityManager,
  ): Promise<Session> {
    const session = this.newSession(userId, issuer);
    return this.insert({ ...session, authenticatedAt: authenticatedAt ?? LONG_AGO }, manager);
  }

  /**
   * Records that a token of this generation is in use.
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

  /** @throws Problem `not_found` unless it is a live session of the user */
  async end(userId: string, sessionId: string): Promise<void> {
    if (!(await this.sessions.endOwn(userId, sessionId, this.clock.now()))) throw Problem.notFound();
    this.revocations.note([sessionId]);
  }

  /** Ends the session of a presented token; no effect on an ended one. */
  async endPresented(sessionId: string): Promise<void> {
    await this.sessions.endPresented(sessionId, this.clock.now());
    this.revocations.note([sessionId]);
  }

  /** Ends every session of the user except `keepId`. */
  async endAll(userId: string, keepId: string | null = null): Promise<void> {
    this.revocations.note(await this.sessions.endAll(userId, keepId, this.clock.now()));
  }

  /**
   * The same within a transaction. Call the returned function after the commit: until then the sessions are live.
   */
  async endAllIn(manager: EntityManager, userId: string, keepId: string | null): Promise<() => void> {
    const ids = await this.sessions.endAll(userId, keepId, this.clock.now(), manager);
    return () => this.revocations.note(ids);
  }

  /**
   * Makes the session fresh for 10 minutes after a proof of identity, as after signing in.
   * @throws Problem `session_ended`
   */
  async stepUp({ userId, sessionId }: Principal, manager?: EntityManager): Promise<void> {
    if (!(await this.sessions.stepUp(userId, sessionId, this.clock.now(), manager)))
      throw new Problem('session_ended');
  }

  /**
   * Asserts that the user has proven their identity in this session within the last 10 minutes. All tokens of a trusted
   * issuer share one session, so each of those tokens is judged by its own `auth_time`.
   * @throws Problem `step_up_required`
   */
  async assertFresh({ userId, sessionId, provenAt }: Principal, manager?: EntityManager): Promise<void> {
    // Null for an ended session, also when its event has not reached this process yet.
    const ofSession = await this.sessions.authenticatedAt(userId, sessionId, manager);
    const at = ofSession && (provenAt === undefined ? ofSession : provenAt);
    if (at && this.clock.now().getTime() - at.getTime() < FRESH_MS) return;
    throw new Problem('step_up_required', provenAt === undefined ? undefined : SIGN_IN_AT_ISSUER);
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
