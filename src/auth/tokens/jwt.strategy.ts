import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';
import { Keys } from '../../platform/crypto/keys.js';
import { Problem } from '../../platform/problem/problem.js';
import { isAccessTokenClaims, keyIdOf, type AccessTokenClaims } from './access-token.js';
import { bearerToken } from './bearer.js';

/** Verifies a token's signature under the key that its `kid` names, and the form of its claims. HS256 only. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(keys: Keys) {
    const options: StrategyOptionsWithoutRequest = {
      jwtFromRequest: (request) => bearerToken(request),
      secretOrKeyProvider: (
        _request: unknown,
        token: string,
        done: (error: unknown, key?: never) => void,
      ) => {
        const kid = keyIdOf(token);
        const known = keys.all('access-token').find((key) => key.kid === kid);
        if (known) done(null, known.key as never);
        else done(new Error('unknown key id'));
      },
      algorithms: ['HS256'],
      // The guard checks the expiry on every use, by the product's clock, also for remembered tokens.
      ignoreExpiration: true,
    };
    super(options);
  }

  validate(claims: unknown): AccessTokenClaims {
    if (!isAccessTokenClaims(claims)) throw new Problem('unauthenticated');
    return claims;
  }
}
