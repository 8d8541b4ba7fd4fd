import { ChatError } from '@chat-backend/client';
import { chat } from '../../../ui/api/chat.js';
import { openPanel } from './page-session.js';

/** A page of a list. */
export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** Half of the cookie's ten minutes. */
const RENEW_MS = 5 * 60_000;
/** The role may end while the panel is open and idle. */
const LOOK_MS = 1_000;

/** Calls the admin API. Where the role has ended, the page is loaded again, and is 404 as for everyone else. */
export async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  try {
    return await chat.call<T>({ method, path: `/admin/api${path}`, ...(body && { body }) });
  } catch (error) {
    if (error instanceof ChatError && error.status === 404) await leaveWithoutRole();
    throw error;
  }
}

export const read = <T>(path: string): Promise<T> => ask<T>('GET', path);

/** The path of a list with its filters. */
export function listPath(
  path: string,
  filters: Record<string, string>,
  cursor: string | null = null,
): string {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ''));
  if (cursor !== null) query.set('cursor', cursor);
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}

async function leaveWithoutRole(): Promise<void> {
  try {
    await openPanel();
  } catch (error) {
    if (error instanceof ChatError && error.status === 404) location.reload();
  }
}

/** Keeps the cookie alive while the panel is open, and leaves soon after the role has ended. */
export function keepPanel(): () => void {
  const renewal = setInterval(() => void leaveWithoutRole(), RENEW_MS);
  const look = setInterval(() => {
    if (document.visibilityState === 'visible') void lookForRole();
  }, LOOK_MS);
  return () => {
    clearInterval(renewal);
    clearInterval(look);
  };
}

async function lookForRole(): Promise<void> {
  if (!(await hasRole())) await leaveWithoutRole();
}

/** One file of the panel's, by the cookie alone: 404 as soon as the role has ended. Other failures prove nothing. */
async function hasRole(): Promise<boolean> {
  const response = await fetch(location.pathname, { method: 'HEAD' }).catch(() => null);
  return response?.status !== 404;
}
