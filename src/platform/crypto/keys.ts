import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

/** What a derived key is for. One secret, many purposes: a leak of one use tells nothing about another (RFC 5869). */
export type KeyPurpose =
  'access-token' | 'refresh-token' | 'otp' | 'number-hash' | 'identity-hash' | 'import-hash' | 'cursor';

export interface SigningKey {
  /** Public id of the key (`kid`): a hash of it, so that every process agrees without configuration. */
  kid: string;
  key: KeyObject;
}

const KEY_BYTES = 32;

/** Keys derived from JWT_SECRET (and, for checking only, from JWT_PREVIOUS_SECRETS). */
@Injectable()
export class Keys {
  private readonly derived = new Map<KeyPurpose, SigningKey[]>();

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** The key to sign with. */
  current(purpose: KeyPurpose): SigningKey {
    return this.all(purpose)[0]!;
  }

  /** The current key and every earlier one that is still accepted, newest first. */
  all(purpose: KeyPurpose): SigningKey[] {
    let keys = this.derived.get(purpose);
    if (!keys) {
      keys = this.config.auth.secrets.map((secret) => derive(secret, purpose));
      this.derived.set(purpose, keys);
    }
    return keys;
  }

  /** HMAC-SHA-256 of `text` under the current key of `purpose`. */
  hmac(purpose: KeyPurpose, text: string): Buffer {
    return createHmac('sha256', this.current(purpose).key).update(text).digest();
  }
}

function derive(secret: string, purpose: KeyPurpose): SigningKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', `chat-backend/${purpose}/v1`, KEY_BYTES));
  const kid = createHmac('sha256', bytes).update('kid').digest('base64url').slice(0, 8);
  // A KeyObject, not a string: verifying with a string secret costs 60 times as much (docs/adr/0005).
  return { kid, key: createSecretKey(bytes) };
}
