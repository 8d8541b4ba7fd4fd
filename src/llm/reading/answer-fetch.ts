import { ERROR_BODY_BYTES } from './answer-size.js';
import { EventFrames } from './event-frames.js';
import { AnswerTooLarge, ConnectionBroken, type ModelError } from '../language-model.js';
import { providerFetch } from './provider-fetch.js';
import type { OpenCall } from './read-answer.js';

/** What an error answer means. The client libraries drop its headers, and with them Retry-After. */
export type Judge = (status: number, retryAfter: string | null, body: unknown) => ModelError;

/** After `[DONE]` the end of the body is already on its way: read to it, the connection serves the next call. */
const DRAIN_MS = 250;
const DONE = Buffer.from('[DONE]');
const [BRACE, BRACKET] = [0x7b, 0x5b];

/**
 * The fetch of one call: what a client library gets to read is well formed and bounded.
 * Each read gives one whole event; an answer that comes as one JSON body (servers that do not stream, proxies) is given
 * as events, too; an error answer is thrown as what it means.
 */
export function answerFetch(call: OpenCall, judge: Judge): typeof fetch {
  return async (input, init) => {
    const response = await providerFetch(input, init);
    const { status, headers } = response;
    if (!response.ok) throw judge(status, headers.get('retry-after'), parsed(await beginning(response)));
    const events = answerEvents(response, call);
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const next = await events.next();
        if (next.done) controller.close();
        else controller.enqueue(Buffer.concat([Buffer.from('data: '), next.value, Buffer.from('\n\n')]));
      },
      async cancel() {
        await events.return();
      },
    });
    return new Response(body, { status, headers: { 'content-type': 'text/event-stream' } });
  };
}

async function* answerEvents(response: Response, call: OpenCall): AsyncGenerator<Buffer, void> {
  const { size, onBytes, onAlive } = call;
  const frames = new EventFrames({ eventBytes: size.eventBytes, onBytes, onAlive });
  const reader = response.body?.getReader();
  if (!reader) return;
  let isFirst = true;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const visible = isFirst ? value.findIndex((byte: number) => byte > 32) : 0;
      if (visible < 0) {
        onBytes(value.length);
        onAlive();
        continue;
      }
      if (isFirst && (value[visible] === BRACE || value[visible] === BRACKET))
        return yield* jsonEvents(value, reader, call);
      isFirst = false;
      for (const event of frames.push(value)) {
        yield event;
        if (event.equals(DONE)) return await drained(reader);
      }
    }
    if (!endsByItself(response)) throw new ConnectionBroken('an end that may be a cut');
    const last = frames.end();
    if (last) yield last;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** An answer in one body: an object, or a list of what would have been events. */
async function* jsonEvents(
  first: Uint8Array,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { size, onBytes }: OpenCall,
): AsyncGenerator<Buffer, void> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (let part: Uint8Array | undefined = first; part; part = (await reader.read()).value) {
    onBytes(part.length);
    bytes += part.length;
    if (bytes > size.eventBytes) throw new AnswerTooLarge();
    parts.push(part);
  }
  const body = parsed(Buffer.concat(parts).toString());
  if (body === null) throw new ConnectionBroken('an answer that is no JSON');
  for (const one of Array.isArray(body) ? (body as unknown[]) : [body])
    yield Buffer.from(JSON.stringify(one));
}

async function drained(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const silenceLimits = new Promise<void>((resolve) => setTimeout(resolve, DRAIN_MS).unref());
  const isOver = reader.read().then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([isOver, silenceLimits]);
}

/** Can the end of this body be told from a cut? HTTP/1.1 frames it, unless the server just closes the connection. */
function endsByItself({ headers }: Response): boolean {
  return headers.has('transfer-encoding') || headers.has('content-length') || headers.has('content-encoding');
}

/** The first bytes of an error body: its code stands there, and the rest may be endless. */
async function beginning({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    // Leaving the loop cancels the body.
    for await (const part of body ?? []) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= ERROR_BODY_BYTES) break;
    }
  } catch {
    // A body that breaks off leaves its status, which says most.
  }
  return Buffer.concat(parts).subarray(0, ERROR_BODY_BYTES).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
