/** The types of events that the product sends to EVENTS_WEBHOOK_URL. */
export const EVENT_TYPES = [
  'reply.completed',
  'reply.truncated',
  'reply.blocked',
  'reply.stopped',
  'reply.failed',
  'usage.limit_reached',
  'subscription.changed',
  'account.deleted',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export const isEventType = (text: string): text is EventType =>
  (EVENT_TYPES as readonly string[]).includes(text);
