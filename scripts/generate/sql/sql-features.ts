/** Folders of `src/` that have statements: a page of docs/sql each. */
export const SQL_FEATURES = [
  'admin',
  'auth',
  'billing',
  'chatroom',
  'messages',
  'platform',
  'sandbox',
  'users',
  'webhooks',
] as const;
