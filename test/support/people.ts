import { createHmac, randomInt } from 'node:crypto';
import type { AccessTokenClaims } from '../../src/auth/tokens/access-token.js';
import type { TokensDto } from '../../src/auth/tokens/tokens.dto.js';
import type { Tier } from '../../src/platform/config/tier.js';
import { newId } from '../../src/platform/crypto/id.js';
import { deriveKey, type KeyPurpose } from '../../src/platform/crypto/derive-key.js';
import type { UserDto } from '../../src/users/user.dto.js';
import type { Answer, Client } from './client.js';
import { TEST_ENVIRONMENT } from './processes.js';
import type { Product } from './product.js';

/**
 * The product's key derivation, under the tests' secret. Without Nest, of which each test file would load 300 modules.
 */
const keysOf = (secret: string) => ({
  current: (purpose: KeyPurpose) => deriveKey(secret, purpose),
  hmac: (purpose: KeyPurpose, text: string): Buffer =>
    createHmac('sha256', deriveKey(secret, purpose).key).update(text).digest(),
});
export const testKeys = keysOf(TEST_ENVIRONMENT.JWT_SECRET);
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A number that is unique in this run: Indian mobile numbers have ten digits and begin with 6–9. */
export const newMobile = (): string => `+919${String(randomInt(1e9)).padStart(9, '0')}`;

/** Signs claims with the product's key. By default a token that is valid for 15 minutes. */
export function signToken(
  claims: Partial<AccessTokenClaims> & { sub: string; sid: string },
  keys = testKeys,
): string {
  const iat = Math.floor(Date.now() / 1000);
  const { kid, key } = keys.current('access-token');
  const content = [
    { alg: 'HS256', typ: 'JWT', kid },
    { gen: 1, iat, exp: iat + 900, ...claims },
  ]
    .map(base64url)
    .join('.');
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

export interface TestUser {
  id: string;
  sessionId: string;
  mobileNumber: string;
  token: string;
  /** A client signed in as this user. */
  client: Client;
}

/** A signed-in user, inserted into the database directly, for tests that are not about signing in. */
export async function newUser(
  product: Pick<Product, 'rows' | 'client' | 'jwtSecret'>,
  options: { tier?: Tier; sandbox?: boolean; role?: 'user' | 'admin' } = {},
): Promise<TestUser> {
  const { tier = 'basic', sandbox = false, role = 'user' } = options;
  const [id, sessionId, mobileNumber] = [newId(), newId(), newMobile()];
  const keys = keysOf(product.jwtSecret);
  await product.rows(
    `with person as (
       insert into users (id, mobile_number, tier, role, quota_key, sandbox_proven) values ($1, $2, $3, $4, $5, $6)
       returning id
     )
     insert into sessions (id, user_id, sandbox_proven, expires_at)
     select $7, id, $6, now() + interval '30 days' from person`,
    [id, mobileNumber, tier, role, keys.hmac('number-hash', mobileNumber), sandbox, sessionId],
  );
  const token = signToken({ sub: id, sid: sessionId, ...(sandbox && { sbx: true }) }, keys);
  return { id, sessionId, mobileNumber, token, client: product.client.as(token) };
}

/** A requested code, as the sandbox shows it to this machine. */
export interface AskedCode {
  mobile_number: string;
  challenge_id: string;
  otp: string;
}

/** Requests a code through the real route. */
export async function askCode(
  product: Product,
  mobile = newMobile(),
  options: { path?: string; body?: object } = {},
): Promise<AskedCode> {
  const { path = '/auth/send-otp', body = {} } = options;
  const answer = await product.client.post(path, { mobile_number: mobile, ...body });
  if (answer.status !== 202) throw new Error(`no code: ${answer.text}`);
  return { mobile_number: mobile, challenge_id: answer.body.challenge_id, otp: answer.body.otp };
}

/** An incorrect code of the same length. */
export const wrong = (code: string): string =>
  code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));

/** A user who has signed in through the real routes. */
export interface SignedIn {
  user: UserDto;
  tokens: TokensDto;
  /** A client signed in as this user. */
  client: Client;
  mobileNumber: string;
}

/** Signs in through the real routes: code by SMS, then tokens. */
export async function signIn(product: Product, mobile = newMobile()): Promise<SignedIn> {
  const answer = await product.client.post('/auth/verify-otp', await askCode(product, mobile));
  if (answer.status !== 200) throw new Error(`not signed in: ${answer.text}`);
  const { user, ...tokens } = answer.body;
  return { user, tokens, client: product.client.as(tokens.access_token), mobileNumber: mobile };
}

/** Signs up with a password, through the real routes. */
export async function signUpWithPassword(product: Product, password: string): Promise<SignedIn> {
  const code = await askCode(product, newMobile(), { path: '/auth/signup', body: { password } });
  const { body } = await product.client.post('/auth/verify-otp', code);
  const { user, ...tokens } = body;
  return {
    user,
    tokens,
    client: product.client.as(tokens.access_token),
    mobileNumber: code.mobile_number,
  };
}

/** DELETE /user/me. */
export const deleteAccount = ({ client }: Pick<TestUser, 'client'>): Promise<Answer> =>
  client.delete('/user/me');
