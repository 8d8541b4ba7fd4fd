import type { JwtModuleOptions } from '@nestjs/jwt';
import { isId } from '../../platform/crypto/id.js';
import type { Keys } from '../../platform/crypto/keys.js';

/** The claims of an access token (RFC 7519). Tier and role are not claims: they are read from the database where they matter. */
export interface AccessTokenClaims {
  /** The user. */
  sub: string;
  /** The session. */
  sid: string;
  /** Generation of the refresh token that it was issued with. */
  gen: number;
  /** Issued at and expiry, epoch seconds. */
  iat: number;
  exp: number;
  /** The number was proven only by the SMS sandbox. */
  sbx?: true;
}

/** Signing options: HS256 with the derived key as a KeyObject, and its public id in the header. */
export function accessTokenOptions(keys: Keys): JwtModuleOptions {
  const { kid, key } = keys.current('access-token');
  return { secret: key, signOptions: { algorithm: 'HS256', keyid: kid } };
}

/** True for the claims of an access token of this server. A valid signature alone does not prove it. */
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

/** The `kid` of a token's header (RFC 7515 §4.1.4); undefined if it cannot be read. */
export function keyIdOf(token: string): unknown {
  try {
    const header = JSON.parse(Buffer.from(token.split('.', 1)[0]!, 'base64url').toString()) as unknown;
    return (header as { kid?: unknown } | null)?.kid;
  } catch {
    return undefined;
  }
}
