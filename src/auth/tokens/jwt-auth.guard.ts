import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Bus } from '../../platform/bus/bus.js';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { IS_PUBLIC, type Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/http/problem.js';
import { RevocationsService } from '../sessions/revocations.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { AccessTokenClaims } from './access-token.js';
import { bearerToken } from './bearer.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Half of the tokens that a process remembers: 10,000 in all, some 5 MB. */
const REMEMBERED_HALF = 5_000;
/** RFC 6750 §2.3 allows a token in the query; logs, histories and referrers keep it there, so we do not. */
const CREDENTIAL_PARAMETERS = ['access_token', 'refresh_token'];

/**
 * Authentication of every route that is not `@Public()`: passport checks a token the first time, after that its expiry
 * and its session are looked at on each request.
 * @throws Problem `unauthenticated`, `token_expired`, `session_ended`
 */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  private readonly verified = new VerifiedTokens<Principal>(REMEMBERED_HALF);
  /** Route handler → may anybody call it? Its decorators say so, and are read once. */
  private readonly openHandlers = new Map<unknown, boolean>();

  constructor(
    private readonly reflector: Reflector,
    private readonly clock: Clock,
    private readonly revocations: RevocationsService,
    private readonly sessions: SessionsService,
    @Inject(CONFIG) private readonly config: Config,
    bus: Bus,
  ) {
    super();
    // A session that ended meanwhile may be gone from the database, with its account: nothing tells of it then.
    bus.onReconnect(async () => this.verified.clear());
  }

  /** Without a promise for a token that is known: this runs on every request. */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    refuseCredentialInUrl(request);
    if (this.isOpen(context)) return true;
    const token = bearerToken(request);
    if (token === null) throw new Problem('unauthenticated');
    const known = this.verified.get(token);
    if (!known) return this.authenticate(context, request, token);
    this.refuseExpired(known.expiresAtMs);
    const live = this.revocations.assertLive(known.sessionId);
    request.principal = known;
    return live;
  }

  /** Passport's verdict: whatever it did not like is no token of ours. */
  override handleRequest<T>(error: unknown, claims: T): T {
    if (error instanceof Problem) throw error;
    if (error || !claims) throw new Problem('unauthenticated');
    return claims;
  }

  private async authenticate(
    context: ExecutionContext,
    request: FastifyRequest,
    token: string,
  ): Promise<boolean> {
    await super.canActivate(context);
    request.principal = await this.admit(token, (request as unknown as { user: AccessTokenClaims }).user);
    return true;
  }

  /** First sight of a token in this process: its session must be live, and learns that this generation is in use. */
  private async admit(token: string, claims: AccessTokenClaims): Promise<Principal> {
    const principal: Principal = {
      userId: claims.sub,
      sessionId: claims.sid,
      expiresAtMs: claims.exp * 1000,
    };
    this.refuseExpired(principal.expiresAtMs);
    if (claims.sbx && this.config.otp.delivery !== 'sandbox') throw new Problem('session_ended');
    await this.sessions.markUsed(claims.sub, claims.sid, claims.gen);
    this.verified.set(token, principal);
    return principal;
  }

  private isOpen(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    let open = this.openHandlers.get(handler);
    if (open === undefined) {
      open =
        this.reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, [handler, context.getClass()]) ??
        false;
      this.openHandlers.set(handler, open);
    }
    return open;
  }

  private refuseExpired(expiresAtMs: number): void {
    if (expiresAtMs <= this.clock.now().getTime()) throw new Problem('token_expired');
  }
}

function refuseCredentialInUrl(request: FastifyRequest): void {
  if (!request.url.includes('?')) return;
  const query = request.query as Record<string, unknown>;
  const given = CREDENTIAL_PARAMETERS.find((name) => Object.hasOwn(query, name));
  if (given)
    throw Problem.field(given, 'credential_in_url', 'Send the token in the Authorization header only.');
}
