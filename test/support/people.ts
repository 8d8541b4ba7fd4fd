import { randomInt } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { accessTokenOptions, type AccessTokenClaims } from '../../src/auth/tokens/access-token.js';
import type { Config } from '../../src/platform/config/config.js';
import type { Tier } from '../../src/platform/config/tier.js';
import { newId } from '../../src/platform/crypto/id.js';
import { Keys } from '../../src/platform/crypto/keys.js';
import type { Client } from './client.js';
import { TEST_ENVIRONMENT, type Product } from './product.js';

/** The product's own key derivation, under the tests' secret. */
export const testKeys = new Keys({ auth: { secrets: [TEST_ENVIRONMENT.JWT_SECRET] } } as Config);
const jwt = new JwtService(accessTokenOptions(testKeys));

/** A number that nobody else in this run has: Indian mobiles have ten digits and begin with 6–9. */
export const newMobile = (): string => `+919${String(randomInt(1e9)).padStart(9, '0')}`;

/** Signs claims with the product's own key. Defaults to a token that is good for 15 minutes. */
export function signToken(claims: Partial<AccessTokenClaims> & { sub: string; sid: string }): string {
  const iat = Math.floor(Date.now() / 1000);
  return jwt.sign({ gen: 1, iat, exp: iat + 900, ...claims });
}

export interface TestUser {
  id: string;
  sessionId: string;
  mobileNumber: string;
  token: string;
  /** A client signed in as this user. */
  client: Client;
}

/** A signed-in user, put into the database directly: for tests that are not about signing in. */
export async function newUser(
  product: Product,
  options: { tier?: Tier; sandbox?: boolean; role?: 'user' | 'admin' } = {},
): Promise<TestUser> {
  const { tier = 'basic', sandbox = false, role = 'user' } = options;
  const [id, sessionId, mobileNumber] = [newId(), newId(), newMobile()];
  await product.rows(
    `with person as (
       insert into users (id, mobile_number, tier, role, quota_key, sandbox_proven) values ($1, $2, $3, $4, $5, $6)
       returning id
     )
     insert into sessions (id, user_id, sandbox_proven, expires_at)
     select $7, id, $6, now() + interval '30 days' from person`,
    [id, mobileNumber, tier, role, testKeys.hmac('number-hash', mobileNumber), sandbox, sessionId],
  );
  const token = signToken({ sub: id, sid: sessionId, ...(sandbox && { sbx: true }) });
  return { id, sessionId, mobileNumber, token, client: product.client.as(token) };
}
