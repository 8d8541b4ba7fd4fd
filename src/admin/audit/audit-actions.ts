/** Actions of operators that the audit log records. */
export const AUDIT_ACTIONS = [
  'role.grant',
  'role.revoke',
  'user.ban',
  'user.unban',
  'user.grant',
  'user.mobile_number',
  'user.sessions_revoke',
  'user.reconcile',
  'user.delete',
  'reply.retry',
  'webhook_event.replay',
  'delivery.replay',
  'room.access',
  'room.read',
  'queue.pause',
  'queue.resume',
  'queue.retry',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
