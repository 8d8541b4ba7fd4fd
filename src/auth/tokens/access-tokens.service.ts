import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { AccessTokenClaims } from './access-token.js';

/** What an access token is issued for. */
export interface TokenSubject {
  userId: string;
  sessionId: string;
  generation: number;
  sandboxProven: boolean;
}

/** Signs access tokens. */
@Injectable()
export class AccessTokensService {
  constructor(
    private readonly jwt: JwtService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A token that lives ACCESS_TOKEN_TTL_SECONDS from now. */
  issue(subject: TokenSubject): string {
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    const claims: AccessTokenClaims = {
      sub: subject.userId,
      sid: subject.sessionId,
      gen: subject.generation,
      iat,
      exp: iat + this.config.auth.accessTokenTtlSeconds,
      ...(subject.sandboxProven && { sbx: true }),
    };
    return this.jwt.sign(claims);
  }
}
