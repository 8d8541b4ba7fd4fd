import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const ACCEPTED = /^[A-Za-z0-9._:-]{8,128}$/;
/** Differs from process to process; the counter behind it costs a twentieth of a UUID on the hot path. */
const PROCESS = randomBytes(8).toString('hex');
let made = 0;

/** A request id that no other process makes. */
export function newRequestId(): string {
  made += 1;
  return `${PROCESS}-${made.toString(36)}`;
}

/** The caller's X-Request-Id where its form allows it, otherwise a new one. */
export function requestIdOf(request: IncomingMessage): string {
  return acceptedRequestId(request.headers['x-request-id']) ?? newRequestId();
}

/** A given id, or null when it is not one that goes into a log line and a header as it is. */
export function acceptedRequestId(given: unknown): string | null {
  return typeof given === 'string' && ACCEPTED.test(given) ? given : null;
}
