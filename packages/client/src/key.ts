/**
 * A new idempotency key. It has to be new among one person's keys of a day and is no secret, so `crypto`, which Hermes
 * lacks, is not needed.
 */
export const newKey = (): string => `${Date.now().toString(36)}-${random()}${random()}`;

const random = (): string => Math.random().toString(36).slice(2);
