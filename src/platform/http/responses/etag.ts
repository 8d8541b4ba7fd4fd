import { createHash } from 'node:crypto';

/** 128 bits: two bodies of one user never get the same tag. */
const HASH_BYTES = 16;
/** `W/"` + 22 characters of base64url + `"`. */
export const ETAG_LENGTH = 26;

/**
 * A validator of a body, always {@link ETAG_LENGTH} long: equal bodies have equal tags in every process. Weak (RFC 9110
 * §8.8.1), because the same body may be sent compressed.
 */
export function etagOf(body: string): string {
  return `W/"${createHash('sha256').update(body).digest().subarray(0, HASH_BYTES).toString('base64url')}"`;
}

/** True if If-None-Match names this tag. Weak comparison (RFC 9110 §13.1.2, §8.8.3.2); `*` matches every tag. */
export function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => opaque(tag.trim()) === opaque(etag));
}

const opaque = (tag: string): string => (tag.startsWith('W/') ? tag.slice(2) : tag);
