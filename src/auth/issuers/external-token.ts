import { isEmail } from 'class-validator';
import type { JWTPayload } from 'jose';
import { Problem } from '../../platform/problem/problem.js';
import { isWellFormedText } from '../../platform/fields/well-formed.js';

/** The claims of a verified token of a trusted issuer. */
export interface ExternalToken {
  issuer: string;
  subject: string;
  issuedAt: Date;
  /** Accepted until then. */
  expiresAt: Date;
  /** When the user last authenticated at the issuer (OpenID Connect Core §2, `auth_time`); null: not stated. */
  authenticatedAt: Date | null;
  /** Profile of a new account. */
  profile: { name?: string; email?: string };
}

/** Tolerated difference between the issuer's clock and this server's. */
export const CLOCK_TOLERANCE_SECONDS = 60;
/** Longest accepted life of a token. Ended sessions and accounts are remembered for as long. */
const LONGEST_LIFE_SECONDS = 24 * 3600;
/** OpenID Connect Core §2. */
const SUBJECT_MAX = 255;
const NAME_MAX = 100;
const EMAIL_MAX = 254;

/**
 * Reads the claims of a token whose signature, issuer, audience and times have been verified. Returns the name of the first
 * claim that is not acceptable.
 */
export function readExternalToken(claims: JWTPayload, now: Date): ExternalToken | { unacceptable: string } {
  const { iss, sub, iat, exp, cnf, auth_time: authTime } = claims;
  const nowSeconds = now.getTime() / 1000;
  if (typeof iss !== 'string') return { unacceptable: 'iss' };
  if (typeof sub !== 'string' || sub === '' || sub.length > SUBJECT_MAX || !isWellFormedText(sub))
    return { unacceptable: 'sub' };
  if (typeof iat !== 'number' || iat < 0 || iat > nowSeconds + CLOCK_TOLERANCE_SECONDS)
    return { unacceptable: 'iat' };
  if (typeof exp !== 'number' || exp - iat > LONGEST_LIFE_SECONDS) return { unacceptable: 'exp' };
  // A token bound to a key (RFC 7800, RFC 9449) requires a proof of possession, which this server does not check.
  if (cnf !== undefined) return { unacceptable: 'cnf' };
  return {
    issuer: iss,
    subject: sub,
    issuedAt: new Date(iat * 1000),
    expiresAt: new Date((exp + CLOCK_TOLERANCE_SECONDS) * 1000),
    // Capped at the token's issue time and at now: a future auth_time would keep the session fresh for too long.
    authenticatedAt:
      typeof authTime === 'number' && authTime >= 0
        ? new Date(Math.min(authTime, iat, nowSeconds) * 1000)
        : null,
    profile: { name: nameOf(claims['name']), email: emailOf(claims['email']) },
  };
}

/** For tokens of a trusted issuer, which POST /auth/refresh cannot renew. */
export const externalTokenExpired = (): Problem =>
  new Problem(
    'token_expired',
    'The token has expired. Get a new one from its issuer; POST /auth/refresh is not for tokens of other issuers.',
  );

/** The unverified issuer of a token; undefined if it cannot be read. */
export function claimedIssuer(token: string): unknown {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.', 2)[1]!, 'base64url').toString());
    return (claims as { iss?: unknown } | null)?.iss;
  } catch {
    return undefined;
  }
}

function nameOf(claim: unknown): string | undefined {
  if (typeof claim !== 'string' || !isWellFormedText(claim)) return undefined;
  return [...claim.trim()].slice(0, NAME_MAX).join('').trim() || undefined;
}

function emailOf(claim: unknown): string | undefined {
  if (typeof claim !== 'string' || !isWellFormedText(claim)) return undefined;
  const email = claim.trim();
  return email.length <= EMAIL_MAX && isEmail(email) ? email : undefined;
}
