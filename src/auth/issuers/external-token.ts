import { isEmail } from 'class-validator';
import type { JWTPayload } from 'jose';
import { Problem } from '../../platform/problem/problem.js';
import { isWellFormedText } from '../../platform/fields/well-formed.js';

/** What a verified token of a trusted issuer says. */
export interface ExternalToken {
  issuer: string;
  subject: string;
  issuedAt: Date;
  /** Until when it is taken. */
  expiresAt: Date;
  /** When the person last proved to the issuer who he is (OpenID Connect Core §2, `auth_time`); null: not said. */
  authenticatedAt: Date | null;
  /** What a new account begins with. */
  profile: { name?: string; email?: string };
}

/** How far the issuer's clock may differ from ours. */
export const CLOCK_TOLERANCE_SECONDS = 60;
/** Longest life of a token: what ended sessions and accounts are remembered for is measured by it. */
const LONGEST_LIFE_SECONDS = 24 * 3600;
/** OpenID Connect Core §2. */
const SUBJECT_MAX = 255;
const NAME_MAX = 100;
const EMAIL_MAX = 254;

/**
 * Reads the claims of a token whose signature, issuer, audience and times are right; the name of the claim that is not
 * acceptable otherwise.
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
  // Bound to a key that its bearer must prove to have (RFC 7800, RFC 9449), which we do not ask for.
  if (cnf !== undefined) return { unacceptable: 'cnf' };
  return {
    issuer: iss,
    subject: sub,
    issuedAt: new Date(iat * 1000),
    expiresAt: new Date((exp + CLOCK_TOLERANCE_SECONDS) * 1000),
    // Not after the token was made, and never in the future: a session is not fresh for longer than we say.
    authenticatedAt:
      typeof authTime === 'number' && authTime >= 0
        ? new Date(Math.min(authTime, iat, nowSeconds) * 1000)
        : null,
    profile: { name: nameOf(claims['name']), email: emailOf(claims['email']) },
  };
}

/** POST /auth/refresh is not for these. */
export const externalTokenExpired = (): Problem =>
  new Problem('token_expired', 'Get a new token from its issuer.');

/** The issuer that a token claims to be of, unchecked; undefined where there is none to read. */
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
