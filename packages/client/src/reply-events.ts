import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ChatError } from './errors.js';
import { pause, throwIfAborted, type Call, type Transport } from './transport.js';

/** One event of a stream, or a cut: events after the last id are sent again. */
export type ReplyEvent = { id: string | undefined; data: string } | 'cut';

/** How long to wait before a stream that was cut is opened again: the server's `retry`. */
const RETRY_SECONDS = 1;

/**
 * Reads the stream of a reply until `isEnd` accepts its last event, over any number of connections.
 * @param open the request that begins it; a request that creates a reply needs a key, because it is repeated until its
 * stream begins
 * @param query query of the stream's URL
 * @throws ChatError, NetworkError; the signal's reason
 */
export async function* replyEvents(
  transport: Transport,
  open: Call,
  query: string,
  isEnd: (data: string) => boolean,
): AsyncGenerator<ReplyEvent, void, undefined> {
  let call: Call = { ...open, path: open.path + query };
  let lastId: string | undefined = open.headers?.['last-event-id'];
  for (;;) {
    const connection = await transport.stream({
      ...call,
      headers: { accept: 'text/event-stream', ...(lastId !== undefined && { 'last-event-id': lastId }) },
    });
    try {
      // All events were read before, except the end: no more events come.
      if (connection.response.status === 204) return;
      const location = connection.response.headers.get('location');
      const { signal } = open;
      if (location !== null)
        call = { method: 'GET', path: `${location}/stream${query}`, ...(signal && { signal }) };
      for await (const { id, data } of eventsOf(connection)) {
        lastId = id ?? lastId;
        yield { id, data };
        if (isEnd(data)) return;
      }
    } finally {
      connection.close();
    }
    throwIfAborted(open.signal);
    yield 'cut';
    await pause(RETRY_SECONDS * Math.random(), open.signal);
  }
}

/** The events of one connection, until it ends or breaks. */
async function* eventsOf({
  response,
  isAlive,
}: Awaited<ReturnType<Transport['stream']>>): AsyncGenerator<EventSourceMessage, void, undefined> {
  if (!response.body)
    throw new ChatError(response.status, {
      code: 'no_stream',
      detail: 'This fetch gives no body to read: pass one that does, such as that of expo/fetch.',
    });
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const chunk = await reader.read().catch(() => null);
    if (!chunk || chunk.done) return;
    isAlive();
    parser.feed(decoder.decode(chunk.value, { stream: true }));
    yield* events.splice(0);
  }
}
