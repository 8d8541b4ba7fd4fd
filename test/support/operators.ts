import type { Answer } from './client.js';
import { newUser, type TestUser } from './people.js';
import type { Product } from './product.js';

/** A user with the role of an admin and a fresh session. */
export const newAdmin = (product: Product): Promise<TestUser> => newUser(product, { role: 'admin' });

/** Performs an action of an admin, which must succeed. */
export async function act(admin: TestUser, path: string, body?: object): Promise<Answer> {
  const answer = await admin.client.post(`/admin/api${path}`, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
  return answer;
}

/** One entry of the audit log, as the API shows it. */
export interface Entry {
  actor_id: string | null;
  action: string;
  user_id: string | null;
  target: string | null;
  details: Record<string, unknown>;
  request_id: string | null;
}

/** The audit log's entries about a user, newest first. */
export async function auditOf(admin: TestUser, userId: string): Promise<Entry[]> {
  const { status, body, text } = await admin.client.get(`/admin/api/audit?user_id=${userId}`);
  if (status !== 200) throw new Error(`no log: ${text}`);
  return (body as { data: Entry[] }).data;
}
