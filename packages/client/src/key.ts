/**
 * A new idempotency key. It must be unique among a user's keys of one day and is no secret, so it does not need `crypto`,
 * which Hermes lacks.
 */
export const newKey = (): string => `${Date.now().toString(36)}-${random()}${random()}`;

const random = (): string => Math.random().toString(36).slice(2);
