import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, type JWTVerifyResult } from 'jose';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { TrustedIssuer } from '../../platform/config/trusted-issuers.js';
import { Problem } from '../../platform/problem/problem.js';
import {
  claimedIssuer,
  CLOCK_TOLERANCE_SECONDS,
  externalTokenExpired,
  readExternalToken,
  type ExternalToken,
} from './external-token.js';
import { IssuerKeys } from './issuer-keys.js';

/** Public-key algorithms only; `Ed25519` is RFC 9864's name for the usual case of EdDSA. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
/** RFC 7519 §5.1, RFC 9068 §2.1; a missing type is accepted. A token of another type has another purpose (RFC 8725 §3.11). */
const TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt']);
/** Longer than the tokens of known issuers, and bounds the memory of 10,000 remembered ones. */
const LONGEST_TOKEN = 8192;

/** Checks access tokens of the issuers that AUTH_TRUSTED_ISSUERS names. */
@Injectable()
export class TrustedIssuersService {
  private readonly issuers: ReadonlyMap<unknown, { settings: TrustedIssuer; keys: IssuerKeys }>;

  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    this.issuers = new Map(
      config.auth.trustedIssuers.map((settings) => [
        settings.issuer,
        { settings, keys: new IssuerKeys(settings, clock) },
      ]),
    );
  }

  /** True if the token claims to come from one of these issuers. */
  claims(token: string): boolean {
    return this.issuers.size > 0 && this.issuers.has(claimedIssuer(token));
  }

  /** @throws Problem `unauthenticated`, `token_expired`, `unavailable` while the issuer's keys cannot be read */
  async verify(token: string): Promise<ExternalToken> {
    const issuer = this.issuers.get(claimedIssuer(token));
    if (!issuer || token.length > LONGEST_TOKEN) throw new Problem('unauthenticated');
    const now = this.clock.now();
    const { protectedHeader, payload } = await jwtVerify(token, issuer.keys.find, {
      algorithms: ALGORITHMS,
      issuer: issuer.settings.issuer,
      audience: issuer.settings.audiences,
      requiredClaims: ['sub', 'iat', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: now,
    }).catch(refuse);
    if (!hasUsualType(protectedHeader)) throw new Problem('unauthenticated');
    const read = readExternalToken(payload, now);
    if ('unacceptable' in read) throw unacceptable(read.unacceptable);
    return read;
  }
}

const hasUsualType = ({ typ }: JWTVerifyResult['protectedHeader']): boolean =>
  typ === undefined || (typeof typ === 'string' && TYPES.has(typ.toLowerCase()));

/** Names the claim, because the issuer did sign the token; reveals nothing else. */
const unacceptable = (claim: string): Problem =>
  new Problem(
    'unauthenticated',
    `The token’s claim \`${claim}\` is not accepted here. Check the token that your issuer creates for this server.`,
  );

function refuse(error: unknown): never {
  if (error instanceof Problem) throw error;
  if (error instanceof errors.JWTExpired) throw externalTokenExpired();
  if (error instanceof errors.JWTClaimValidationFailed) throw unacceptable(error.claim);
  throw new Problem('unauthenticated', undefined, { cause: error });
}
