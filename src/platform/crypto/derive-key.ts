import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** What a derived key is for. One secret, many purposes: a leak of one use tells nothing about another (RFC 5869). */
export type KeyPurpose =
  'access-token' | 'refresh-token' | 'otp' | 'number-hash' | 'identity-hash' | 'import-hash' | 'cursor';

export interface SigningKey {
  /** Public id of the key (`kid`): a hash of it, so that every process agrees without configuration. */
  kid: string;
  key: KeyObject;
}

const KEY_BYTES = 32;

/** The key for one purpose. */
export function deriveKey(secret: string, purpose: KeyPurpose): SigningKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', `chat-backend/${purpose}/v1`, KEY_BYTES));
  const kid = createHmac('sha256', bytes).update('kid').digest('base64url').slice(0, 8);
  // A KeyObject, not a string: verifying with a string secret costs 60 times as much (docs/adr/0005).
  return { kid, key: createSecretKey(bytes) };
}
