import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Keys } from '../../platform/crypto/keys.js';

/** The content of a refresh token: the session, and the generation of the token. */
export interface RefreshTokenParts {
  sessionId: string;
  generation: number;
}

const ID_BYTES = 16;
const HEAD_BYTES = ID_BYTES + 4;
const MAC_BYTES = 32;

/**
 * Derives the refresh token of a session's generation: base64url of session, generation and their HMAC. Derived, so that no
 * token is stored that could be stolen, and concurrent callers get the same one.
 */
export function refreshTokenOf(keys: Keys, parts: RefreshTokenParts): string {
  const head = headOf(parts);
  return Buffer.concat([head, mac(keys.current('refresh-token').key, head)]).toString('base64url');
}

/** Reads a token made under the current key or an earlier one; null for any other text. */
export function readRefreshToken(keys: Keys, text: string): RefreshTokenParts | null {
  const bytes = Buffer.from(text, 'base64url');
  // Accepts one spelling only: Buffer.from skips characters outside base64url.
  if (bytes.length !== HEAD_BYTES + MAC_BYTES || bytes.toString('base64url') !== text) return null;
  const head = bytes.subarray(0, HEAD_BYTES);
  const given = bytes.subarray(HEAD_BYTES);
  if (!keys.all('refresh-token').some(({ key }) => timingSafeEqual(mac(key, head), given))) return null;
  const hex = head.subarray(0, ID_BYTES).toString('hex');
  return {
    sessionId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    generation: head.readUInt32BE(ID_BYTES),
  };
}

function headOf({ sessionId, generation }: RefreshTokenParts): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(sessionId.replaceAll('-', ''), 'hex');
  head.writeUInt32BE(generation, ID_BYTES);
  return head;
}

const mac = (key: KeyObject, head: Buffer): Buffer => createHmac('sha256', key).update(head).digest();
