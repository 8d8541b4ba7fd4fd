import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const ACCEPTED = /^[A-Za-z0-9._:-]{8,128}$/;
/** Random prefix of this process; the counter after it costs a twentieth of a UUID. */
const PROCESS = randomBytes(8).toString('hex');
let made = 0;

/** A request id that is unique across processes. */
export function newRequestId(): string {
  made += 1;
  return `${PROCESS}-${made.toString(36)}`;
}

/** The caller's X-Request-Id if its form is accepted, otherwise a new one. */
export function requestIdOf(request: IncomingMessage): string {
  return acceptedRequestId(request.headers['x-request-id']) ?? newRequestId();
}

/** The given id; null unless its form is safe in a log line and a header. */
export function acceptedRequestId(given: unknown): string | null {
  return typeof given === 'string' && ACCEPTED.test(given) ? given : null;
}
