import type { AdminUser } from '../api/types.js';
import { State } from '../parts/cells.js';
import { texts } from '../texts.js';

export function UserState({ user }: { user: AdminUser }) {
  const { users } = texts;
  if (user.suspended_at !== null) return <State tone="bad" text={users.suspended} />;
  if (user.role === 'admin') return <State tone="good" text={users.admin} />;
  return <State tone="plain" text={users.active} />;
}
