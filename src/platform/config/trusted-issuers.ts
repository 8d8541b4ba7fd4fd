import { ConfigError } from './config-error.js';
import { isLoopback } from './loopback.js';

/** An external issuer whose access tokens are accepted: an app that signs in its users itself. */
export interface TrustedIssuer {
  /** The issuer exactly as in its tokens (`iss`). */
  issuer: string;
  /** Audiences of its tokens: `aud` must name one of these. */
  audiences: string[];
  /** Where its public keys are (RFC 7517 §5). */
  jwksUrl: string;
}

/**
 * Reads AUTH_TRUSTED_ISSUERS (`issuer|audience|jwks_url`, comma-separated). An issuer with several audiences has several
 * entries.
 * @throws ConfigError naming every entry that cannot be used, by its place
 */
export function trustedIssuers(text: string | undefined): TrustedIssuer[] {
  const issuers = new Map<string, TrustedIssuer>();
  const faults: string[] = [];
  for (const [index, entry] of (text?.split(',') ?? []).entries()) {
    const [issuer = '', audience = '', jwksUrl = '', ...rest] = entry.split('|').map((part) => part.trim());
    const known = issuers.get(issuer);
    const fault = faultOf(issuer, audience, jwksUrl, rest, known);
    if (fault) faults.push(`entry ${index + 1} ${fault}`);
    else if (known) known.audiences.push(audience);
    else issuers.set(issuer, { issuer, audiences: [audience], jwksUrl });
  }
  if (faults.length > 0)
    throw new ConfigError([{ name: 'AUTH_TRUSTED_ISSUERS', message: faults.join('; ') }]);
  return [...issuers.values()];
}

function faultOf(
  issuer: string,
  audience: string,
  jwksUrl: string,
  rest: string[],
  known: TrustedIssuer | undefined,
): string | null {
  if (!issuer || !audience || !jwksUrl || rest.length > 0) return 'is not issuer|audience|jwks_url';
  const url = URL.canParse(jwksUrl) ? new URL(jwksUrl) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return 'has a jwks_url that is no http address';
  if (url.username || url.password) return 'has a jwks_url with credentials in it';
  // Over plain http an attacker in the network could replace the keys and sign for any user.
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, '')))
    return 'has a jwks_url without https';
  if (known && known.jwksUrl !== jwksUrl) return 'has another jwks_url than an entry before it';
  if (known?.audiences.includes(audience)) return 'is listed twice';
  return null;
}
