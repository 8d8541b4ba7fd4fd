import { get, type IncomingMessage } from 'node:http';

/** Pings come every 15 s: a connection that is silent for longer is dead. */
const SILENCE_MS = 16_000;

/**
 * Opens a stream on its own connection.
 * @returns null without a response
 */
export function openStream(
  url: string,
  token: string,
  lastEventId: string | null,
): Promise<IncomingMessage | null> {
  return new Promise((resolve) => {
    const request = get(url, {
      agent: false,
      timeout: SILENCE_MS,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream',
        ...(lastEventId !== null && { 'last-event-id': lastEventId }),
      },
    });
    request.on('response', resolve);
    request.on('error', () => resolve(null));
    request.on('timeout', () => request.destroy());
  });
}
