/** Folders of `src/` with statements: one page of docs/sql each. */
export const SQL_FEATURES = [
  'admin',
  'auth',
  'billing',
  'chatroom',
  'messages',
  'platform',
  'sandbox',
  'titles',
  'users',
  'webhooks',
] as const;
