import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Bus } from '../../platform/bus/bus.js';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/problem/problem.js';
import { AddressWindow } from '../../platform/limits/address-window.js';
import { ExternalSessionsService } from '../issuers/external-sessions.service.js';
import { externalTokenExpired } from '../issuers/external-token.js';
import { TrustedIssuersService } from '../issuers/trusted-issuers.service.js';
import { RevocationsService } from '../sessions/revocations.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { AccessTokenClaims } from './access-token.js';
import { bearerToken, withoutToken } from './bearer.js';
import { RouteAccess, type Access } from './route-access.js';

/** Verified tokens remembered per process: some 5 MB. A remembered token costs no cryptography (ADR 0005). */
const REMEMBERED_MAX = 10_000;
/** Refused in the query: RFC 6750 §2.3 allows it, but logs, histories and referrers would keep the token. */
const CREDENTIAL_PARAMETERS = ['access_token', 'refresh_token'];

/**
 * A trusted issuer's token is verified again after this, or after one access token's life (as long as ended sessions are
 * remembered) if that is shorter: its key may have been withdrawn. Also the precision of its session's `last_used_at`.
 */
const RECHECK_MS = 5 * 60_000;

/** A token that this process has verified. */
interface Known {
  principal: Principal;
  external: boolean;
  /** Time of the next verification, epoch ms. */
  recheckAtMs: number;
}

/**
 * Authenticates every route that is not `@Public()`. Passport, or the keys of a trusted issuer, verify a token the first
 * time; later requests check only its expiry and its session.
 * @throws Problem `unauthenticated`, `token_expired`, `session_ended`, `rate_limited`, `unavailable`
 */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  private readonly verified = new LRUCache<string, Known>({ max: REMEMBERED_MAX });
  private readonly routes: RouteAccess;
  private readonly recheckMs: number;

  constructor(
    reflector: Reflector,
    private readonly clock: Clock,
    private readonly revocations: RevocationsService,
    private readonly sessions: SessionsService,
    private readonly issuers: TrustedIssuersService,
    private readonly externalSessions: ExternalSessionsService,
    private readonly addresses: AddressWindow,
    @Inject(CONFIG) private readonly config: Config,
    bus: Bus,
  ) {
    super();
    this.routes = new RouteAccess(reflector);
    this.recheckMs = Math.min(RECHECK_MS, config.auth.accessTokenTtlSeconds * 1000);
    // A session that ended while the bus was down may be deleted with its account: no row announces it.
    bus.onReconnect(async () => this.verified.clear());
  }

  /** Returns no promise for a remembered token: this runs on every request. */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    refuseCredentialInUrl(request);
    const access = this.routes.of(context);
    if (access.open) return true;
    const token = bearerToken(request);
    if (token === null) throw withoutToken(request);
    const known = this.verified.get(token);
    const nowMs = this.clock.now().getTime();
    if (!known || known.recheckAtMs <= nowMs) return this.authenticate(context, request, token, access);
    const { principal, external } = known;
    if (external) refuseExternal(access);
    refuseExpired(principal, nowMs);
    const live = this.revocations.assertLive(principal.sessionId);
    request.principal = principal;
    return live;
  }

  /** Passport's result: a token that it refuses is not ours. */
  override handleRequest<T>(error: unknown, claims: T): T {
    if (error instanceof Problem) throw error;
    if (error || !claims) throw new Problem('unauthenticated');
    return claims;
  }

  private async authenticate(
    context: ExecutionContext,
    request: FastifyRequest,
    token: string,
    access: Access,
  ): Promise<boolean> {
    try {
      return await this.check(context, request, token, access);
    } catch (error) {
      if (error instanceof Problem && error.code === 'unauthenticated')
        return this.refuseBadToken(request, error);
      throw error;
    }
  }

  /**
   * Counts a bad token in the address's limit per minute, as a request to an open route. An expired token of this server, or
   * one of an ended session, is not bad: many users behind one address may have one. A request without a token costs no
   * work and is not counted.
   * @throws Problem `refusal`; `rate_limited` past the minute's limit
   */
  private async refuseBadToken(request: FastifyRequest, refusal: Problem): Promise<never> {
    await this.addresses.admit(request.ip);
    throw refusal;
  }

  private async check(
    context: ExecutionContext,
    request: FastifyRequest,
    token: string,
    access: Access,
  ): Promise<boolean> {
    if (this.issuers.claims(token)) {
      refuseExternal(access);
      request.principal = await this.admitExternal(token);
    } else {
      await super.canActivate(context);
      request.principal = await this.admit(token, (request as unknown as { user: AccessTokenClaims }).user);
    }
    return true;
  }

  /** Accepts a token that this process sees first: its session must be live, and records that the generation is in use. */
  private async admit(token: string, claims: AccessTokenClaims): Promise<Principal> {
    const principal: Principal = {
      userId: claims.sub,
      sessionId: claims.sid,
      expiresAtMs: claims.exp * 1000,
    };
    refuseExpired(principal, this.clock.now().getTime());
    if (claims.sbx && this.config.otp.delivery !== 'sandbox') throw new Problem('session_ended');
    // Ended sessions are remembered while their tokens live: repeating such a token costs no statement.
    this.revocations.assertNotEnded(claims.sid);
    await this.sessions.markUsed(claims.sub, claims.sid, claims.gen);
    this.verified.set(token, { principal, external: false, recheckAtMs: Infinity });
    return principal;
  }

  /** The same for a token of a trusted issuer, repeated at intervals. */
  private async admitExternal(token: string): Promise<Principal> {
    const recheckAtMs = this.clock.now().getTime() + this.recheckMs;
    const principal = await this.externalSessions.admit(await this.issuers.verify(token));
    this.verified.set(token, { principal, external: true, recheckAtMs });
    return principal;
  }
}

function refuseExpired({ expiresAtMs, provenAt }: Principal, nowMs: number): void {
  if (expiresAtMs > nowMs) return;
  throw provenAt === undefined ? new Problem('token_expired') : externalTokenExpired();
}

function refuseExternal({ ownTokensOnly }: Access): void {
  if (ownTokensOnly)
    throw new Problem(
      'unauthenticated',
      'Routes under /auth accept only tokens of this server. Use your issuer’s own routes.',
    );
}

function refuseCredentialInUrl(request: FastifyRequest): void {
  if (!request.url.includes('?')) return;
  const query = request.query as Record<string, unknown>;
  const given = CREDENTIAL_PARAMETERS.find((name) => Object.hasOwn(query, name));
  if (given)
    throw Problem.field(
      given,
      'credential_in_url',
      'Send the token in the Authorization header, not in the URL.',
    );
}
