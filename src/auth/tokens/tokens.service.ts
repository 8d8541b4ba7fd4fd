import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import type { Session } from '../sessions/session.entity.js';
import { isAccessTokenClaims, keyIdOf, type AccessTokenClaims } from './access-token.js';
import { refreshTokenOf } from './refresh-token.js';
import type { TokensDto } from './tokens.dto.js';

/** Issues and reads a session's tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: Keys,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The tokens of a session's current generation: a new access token, and always the same refresh token. */
  issue(session: Pick<Session, 'id' | 'userId' | 'generation' | 'sandboxProven' | 'expiresAt'>): TokensDto {
    const now = this.clock.now().getTime();
    return {
      access_token: this.jwt.sign(this.claimsOf(session, Math.floor(now / 1000))),
      token_type: 'Bearer',
      expires_in: this.config.auth.accessTokenTtlSeconds,
      refresh_token: refreshTokenOf(this.keys, { sessionId: session.id, generation: session.generation }),
      refresh_expires_in: Math.max(0, Math.ceil((session.expiresAt.getTime() - now) / 1000)),
    };
  }

  /** The claims of an access token of this server, expired or not; null for any other text. For logging out. */
  read(token: string): AccessTokenClaims | null {
    const known = this.keys.all('access-token').find(({ kid }) => kid === keyIdOf(token));
    if (!known) return null;
    try {
      const claims: unknown = this.jwt.verify(token, {
        secret: known.key as never,
        algorithms: ['HS256'],
        ignoreExpiration: true,
      });
      return isAccessTokenClaims(claims) ? claims : null;
    } catch {
      return null;
    }
  }

  private claimsOf(
    session: Pick<Session, 'id' | 'userId' | 'generation' | 'sandboxProven'>,
    iat: number,
  ): AccessTokenClaims {
    return {
      sub: session.userId,
      sid: session.id,
      gen: session.generation,
      iat,
      exp: iat + this.config.auth.accessTokenTtlSeconds,
      ...(session.sandboxProven && { sbx: true }),
    };
  }
}
