import { ERROR_BODY_BYTES } from './answer-size.js';
import { EventFrames } from './event-frames.js';
import { AnswerTooLarge, ConnectionBroken, type ModelError } from '../language-model.js';
import { providerFetch } from './provider-fetch.js';
import type { OpenCall } from './read-answer.js';

/** Turns an error answer into a failure. Needed here because client libraries drop headers such as Retry-After. */
export type FailureReader = (status: number, retryAfter: string | null, body: unknown) => ModelError;

/** Time to read from `[DONE]` to the end of the body, so that the connection can be reused. */
const DRAIN_MS = 250;
const DONE = Buffer.from('[DONE]');
const [BRACE, BRACKET] = [0x7b, 0x5b];

/** The events of an answer: the data of each, as JSON text. */
export type AnswerEvents = AsyncGenerator<Buffer, void>;

/**
 * Makes the fetch of one call, which gives the client library well-formed and bounded input. Each read returns one whole
 * event. A JSON body (servers that do not stream, proxies) is turned into events; an error answer is thrown as a ModelError.
 */
export function answerFetch(call: OpenCall, toFailure: FailureReader): typeof fetch {
  return async (input, init) => {
    const { status, events } = await openAnswer(call, toFailure, input, init);
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
    return new Response(body, { status, headers: EVENT_STREAM });
  };
}

/**
 * The same for a client library that only sends the request: `onEvents` gets the events, and the library an answer without
 * any. A library's way of reading may cost more than all the rest of a call.
 */
export function sendingFetch(
  call: OpenCall,
  toFailure: FailureReader,
  onEvents: (events: AnswerEvents) => void,
): typeof fetch {
  return async (input, init) => {
    // The library may stop listening to the signal once it has the answer.
    const { status, events } = await openAnswer(call, toFailure, input, { ...init, signal: call.signal });
    onEvents(events);
    return new Response('', { status, headers: EVENT_STREAM });
  };
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' };

async function openAnswer(
  call: OpenCall,
  toFailure: FailureReader,
  ...[input, init]: Parameters<typeof fetch>
): Promise<{ status: number; events: AnswerEvents }> {
  const response = await providerFetch(input, init);
  const { status, headers } = response;
  if (!response.ok)
    throw toFailure(status, headers.get('retry-after'), parsed(await readErrorBody(response)));
  return { status, events: answerEvents(response, call) };
}

async function* answerEvents(response: Response, call: OpenCall): AnswerEvents {
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
        if (event.equals(DONE)) return await drain(reader);
      }
    }
    if (!hasFraming(response)) throw new ConnectionBroken('an end that may be a cut');
    const last = frames.end();
    if (last) yield last;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** Reads an answer in one JSON body: an object, or a list of objects that would have been events. */
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

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const timeout = new Promise<void>((resolve) => setTimeout(resolve, DRAIN_MS).unref());
  const isOver = reader.read().then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([isOver, timeout]);
}

/** Can the end of the body be distinguished from a cut? Not where a server ends it by closing the connection. */
function hasFraming({ headers }: Response): boolean {
  return headers.has('transfer-encoding') || headers.has('content-length') || headers.has('content-encoding');
}

/** The first bytes of an error body: they hold its code, and the rest may be endless. */
async function readErrorBody({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    // Breaking out of the loop cancels the body.
    for await (const part of body ?? []) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= ERROR_BODY_BYTES) break;
    }
  } catch {
    // A broken body leaves the status, which decides most cases.
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
