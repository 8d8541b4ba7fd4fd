import { createHmac, timingSafeEqual } from 'node:crypto';
import { isId } from '../../platform/crypto/id.js';
import type { SigningKey } from '../../platform/crypto/derive-key.js';

/** An admin's right to load the panel's files until a time. */
export interface PageSession {
  userId: string;
  sessionId: string;
  expiresAtMs: number;
}

/** Its cookie. Not `__Host-`: the path is that of the panel, so that no other route receives it. */
export const PAGE_COOKIE = 'admin_pages';
/** Sent to the panel's files and to `/admin/api`, which does not read it. */
const PATH = '/admin';
/** Longer than any value of ours: two ids, a time and a hash. */
const MAX_VALUE_LENGTH = 200;

/** The `Set-Cookie` header (RFC 6265bis): no script reads it, and no other site's request carries it. */
export function pageCookie(
  session: PageSession,
  key: SigningKey,
  { maxAgeSeconds, secure }: { maxAgeSeconds: number; secure: boolean },
): string {
  const attributes = [`Path=${PATH}`, `Max-Age=${maxAgeSeconds}`, 'HttpOnly', 'SameSite=Strict'];
  return [`${PAGE_COOKIE}=${signed(session, key)}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ');
}

/** The session of a `Cookie` header; null for a missing, forged or expired one. */
export function readPageCookie(
  header: string | undefined,
  keys: SigningKey[],
  nowMs: number,
): PageSession | null {
  // Two cookies of the name: the first is that of the longest path (RFC 6265 §5.4), which is ours.
  const value = header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${PAGE_COOKIE}=`))
    ?.slice(PAGE_COOKIE.length + 1);
  if (value === undefined || value.length > MAX_VALUE_LENGTH) return null;
  const [userId = '', sessionId = '', expiry = '', given = ''] = value.split('.');
  if (!isId(userId) || !isId(sessionId) || !/^\d{1,15}$/.test(expiry)) return null;
  const session = { userId, sessionId, expiresAtMs: Number(expiry) };
  const isOurs = keys.some(({ key }) => equal(mac(session, key), given));
  return isOurs && session.expiresAtMs > nowMs ? session : null;
}

const signed = (session: PageSession, { key }: SigningKey): string =>
  `${textOf(session)}.${mac(session, key)}`;

const textOf = ({ userId, sessionId, expiresAtMs }: PageSession): string =>
  `${userId}.${sessionId}.${expiresAtMs}`;

const mac = (session: PageSession, key: SigningKey['key']): string =>
  createHmac('sha256', key).update(textOf(session)).digest('base64url');

function equal(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
