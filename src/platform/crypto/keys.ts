import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { deriveKey, type KeyPurpose, type SigningKey } from './derive-key.js';

export type { KeyPurpose, SigningKey };

/** Keys derived from JWT_SECRET and, for verification only, from JWT_PREVIOUS_SECRETS. */
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
      keys = this.config.auth.secrets.map((secret) => deriveKey(secret, purpose));
      this.derived.set(purpose, keys);
    }
    return keys;
  }

  /** HMAC-SHA-256 of `text` under the current key of `purpose`. */
  hmac(purpose: KeyPurpose, text: string): Buffer {
    return createHmac('sha256', this.current(purpose).key).update(text).digest();
  }
}
