import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** Purpose of a derived key. Keys of different purposes are independent (HKDF, RFC 5869): a leak of one reveals no other. */
export type KeyPurpose =
  | 'access-token'
  | 'refresh-token'
  | 'otp'
  | 'number-hash'
  | 'identity-hash'
  | 'import-hash'
  | 'cursor'
  | 'admin-pages';

export interface SigningKey {
  /** Public id of the key (`kid`): a hash of the key, so that all processes use the same id without configuration. */
  kid: string;
  key: KeyObject;
}

const KEY_BYTES = 32;

/** Derives the key of a purpose from the secret. */
export function deriveKey(secret: string, purpose: KeyPurpose): SigningKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', `chat-backend/${purpose}/v1`, KEY_BYTES));
  const kid = createHmac('sha256', bytes).update('kid').digest('base64url').slice(0, 8);
  // A KeyObject: verifying with a secret string costs 60 times as much (docs/adr/0005).
  return { kid, key: createSecretKey(bytes) };
}
