import { chat } from '../../../ui/api/chat.js';

/** Asks for the cookie that loads the panel's files. @returns the panel's address; throws 404 for other users */
export async function openPanel(): Promise<string> {
  const { path } = await chat.post<{ path: string; expires_at: string }>('/admin/api/page-session');
  return path;
}
