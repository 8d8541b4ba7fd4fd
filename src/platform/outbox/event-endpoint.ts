import { Webhook } from 'standardwebhooks';
import type { EventSettings } from '../config/config.js';
import { LONGEST_ASKED_PAUSE_MS } from './endpoint-circuit.js';

/** Longest duration of a request, the answer included: the upper end of what Standard Webhooks recommends (15 to 30 s). */
const TIMEOUT_MS = 15_000;
/** Bytes of an answer that are read and dropped, so that the connection can be used again; a longer answer ends it. */
const READ_BYTES = 16 * 1024;

/** An event as the receiver gets it. */
export interface SignedEvent {
  id: string;
  type: string;
  timestamp: Date;
  data: object;
}

/** The answer to one request. */
export type DeliveryResult =
  | { delivered: true }
  | {
      delivered: false;
      /** The status, or the kind of the error. Never a text of the receiver. */
      error: string;
      /** Pause that the receiver asks for, in milliseconds. */
      pauseMs: number;
    };

/** The headers of Standard Webhooks, with one signature for each secret: https://www.standardwebhooks.com */
export function signatureHeaders(
  secrets: readonly string[],
  id: string,
  now: Date,
  body: string,
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}

/** The bytes that are signed and sent; the same in every try. */
export const bodyOf = ({ type, timestamp, data }: SignedEvent): string =>
  JSON.stringify({ type, timestamp: timestamp.toISOString(), data });

/**
 * POSTs an event once. It never throws. A redirect is not followed, because the address is the operator's decision. The
 * address may be private or loopback for the same reason. The answer's body is not used.
 * @param stop cancels the request
 */
export async function postEvent(
  { url, secrets }: Pick<EventSettings, 'url' | 'secrets'>,
  event: SignedEvent,
  stop: AbortSignal,
): Promise<DeliveryResult> {
  const body = bodyOf(event);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'chat-backend-events/1',
        // The receiver compares the time with its own clock, so this is the machine's time, not the sandbox clock's.
        ...signatureHeaders(secrets, event.id, new Date(), body),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    // The status alone decides: a body that is endless, or shorter than its length says, changes nothing.
    await drop(response).catch(() => undefined);
    if (response.ok) return { delivered: true };
    return { delivered: false, error: `status ${response.status}`, pauseMs: pauseAskedBy(response) };
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: string } };
    return { delivered: false, error: cause?.code ?? name, pauseMs: 0 };
  }
}

async function drop(response: Response): Promise<void> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  for (let bytes = 0; bytes <= READ_BYTES;) {
    const { done, value } = await reader.read();
    if (done) return;
    bytes += value.length;
  }
  await reader.cancel();
}

/** 410 Gone asks to stop; 429 and 503 may name a time in seconds or as a date (RFC 9110, 10.2.3). */
function pauseAskedBy({ status, headers }: Response): number {
  if (status === 410) return LONGEST_ASKED_PAUSE_MS;
  if (status !== 429 && status !== 503) return 0;
  const asked = headers.get('retry-after') ?? '';
  const ms = /^\d{1,9}$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
