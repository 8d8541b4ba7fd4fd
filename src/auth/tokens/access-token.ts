import type { JwtModuleOptions } from '@nestjs/jwt';
import { isId } from '../../platform/crypto/id.js';
import type { Keys } from '../../platform/crypto/keys.js';

/** What an access token says (RFC 7519). No tier, no role: those are read where they count. */
export interface AccessTokenClaims {
  /** The user. */
  sub: string;
  /** The session. */
  sid: string;
  /** Generation of the session's refresh token that it was issued with. */
  gen: number;
  /** Issued at and expiry, epoch seconds. */
  iat: number;
  exp: number;
  /** Only the SMS sandbox has proven the number. */
  sbx?: true;
}

/** How access tokens are signed: HS256 with the derived key as a KeyObject, its public id in the header. */
export function accessTokenOptions(keys: Keys): JwtModuleOptions {
  const { kid, key } = keys.current('access-token');
  return { secret: key, signOptions: { algorithm: 'HS256', keyid: kid } };
}

/** Are these the claims of one of our tokens? A signature alone does not say so. */
export function isAccessTokenClaims(value: unknown): value is AccessTokenClaims {
  const claims = value as Partial<AccessTokenClaims> | null;
  return (
    typeof claims?.sub === 'string' &&
    isId(claims.sub) &&
    typeof claims.sid === 'string' &&
    isId(claims.sid) &&
    Number.isSafeInteger(claims.gen) &&
    Number.isSafeInteger(claims.iat) &&
    Number.isSafeInteger(claims.exp)
  );
}

/** The `kid` of a token's header (RFC 7515 §4.1.4); undefined where there is none to read. */
export function keyIdOf(token: string): unknown {
  try {
    const header = JSON.parse(Buffer.from(token.split('.', 1)[0]!, 'base64url').toString()) as unknown;
    return (header as { kid?: unknown } | null)?.kid;
  } catch {
    return undefined;
  }
}
