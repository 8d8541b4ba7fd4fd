import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

/**
 * Bytes that may wait for a reader; above it the connection is closed, and the client resumes later. A long part is not
 * counted, because it is written in one piece. A response has three parts that may be long (the accepted message, the
 * text, the whole reply); a limit of four leaves room.
 */
const MAX_WAITING_BYTES = 1024 * 1024;
const LONG_PART_BYTES = MAX_WAITING_BYTES / 4;
/** Time to read the rest of a stream that is cut early: the end of a session is delivered within 2 s. */
const CUT_MS = 1500;
/**
 * Longest time without progress at the end of a stream; in effect up to twice as long, because Node checks once per
 * interval whether bytes have left. Enough for a phone that loses some packets.
 */
const SILENT_MS = 2000;
/** Pause before a client reconnects (WHATWG HTML §9.2.5, `retry`). */
const RETRY_MS = 1000;

/** Headers that make Server-Sent Events pass through proxies: no cache, no buffer, no compression. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * Formats one event. `data` is JSON, so that no text can forge a line. The event's name is repeated in it as `type`,
 * because some parsers return only the data. The text is spliced, because copying the object for each of many deltas
 * would cost more.
 */
export function sseEvent(event: string, data: object, id?: string): string {
  const rest = JSON.stringify(data).slice(1);
  const lines = `event: ${event}\ndata: {"type":"${event}"${rest === '}' ? '' : ','}${rest}\n\n`;
  return id === undefined ? lines : `id: ${id}\n${lines}`;
}

export const SSE_PING = ': ping\n\n';
const SSE_RETRY = `retry: ${RETRY_MS}\n\n`;

/** The body of an event stream (WHATWG HTML §9.2). */
export class EventStreamBody extends Readable {
  /** True after the last event. Later events are not for this reader. */
  private isOver = false;
  /** Waiting bytes that belong to long parts; reset when nothing waits. */
  private longBytes = 0;
  private response: ServerResponse | null = null;

  /** @param onClose called once, after any kind of end */
  constructor(private readonly onClose: () => void) {
    super();
    this.push(SSE_RETRY);
  }

  override _read(): void {}

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.onClose();
    callback(error);
  }

  send(text: string): void {
    if (this.destroyed || this.isOver) return;
    if (this.readableLength === 0) this.longBytes = 0;
    if (this.readableLength - this.longBytes > MAX_WAITING_BYTES) {
      this.destroy();
      return;
    }
    const part = Buffer.from(text);
    this.push(part);
    if (part.length >= LONG_PART_BYTES) this.longBytes += part.length;
  }

  /** The response that the body is written to. */
  answeredBy(response: ServerResponse): void {
    this.response = response;
    if (this.isOver) this.dropWhenSilent();
  }

  /** Ends the stream after its last event. The reader may be slow, but must make progress. */
  end(): void {
    if (this.close()) this.dropWhenSilent();
  }

  /** Closes the stream at once, because the reader has lost its permission. */
  cut(): void {
    if (this.close()) setTimeout(() => this.hangUp(), CUT_MS).unref();
  }

  /** Closes the stream without an end event: the client reconnects, and another process may serve it. */
  leave(): void {
    this.send(SSE_RETRY);
    this.cut();
  }

  /** @returns whether it was open */
  private close(): boolean {
    if (this.destroyed || this.isOver) return false;
    this.isOver = true;
    this.push(null);
    return true;
  }

  private dropWhenSilent(): void {
    this.response?.setTimeout(SILENT_MS, () => this.hangUp());
  }

  /** Closes the socket: without a reader it would accept the rest and never report it. */
  private hangUp(): void {
    this.destroy();
    if (!this.response?.writableFinished) this.response?.destroy();
  }
}

/** Return value of a route that responds with an event stream; the status is 200, regardless of @Operation. */
export class EventStream extends StreamableFile {
  constructor(body: EventStreamBody, headers: Record<string, string> = {}) {
    super(body, { type: HEADERS['content-type'] });
    headersOf.set(body, { ...headers, ...HEADERS });
  }
}

const headersOf = new WeakMap<EventStreamBody, Record<string, string>>();

/**
 * Sends event streams with status and headers, on routes that name them in @Produces.
 * @param onCut called for a stream whose last bytes were not sent; Fastify also reports a stream that had more events
 */
export function answerEventStreams(
  route: RouteOptions,
  onCut: (request: FastifyRequest, reply: FastifyReply) => void,
): void {
  if (!route.config?.produces?.includes('text/event-stream')) return;
  const hooks = [route.onSend ?? []].flat();
  route.onSend = [
    ...hooks,
    (request, reply, payload, done) => {
      if (payload instanceof EventStreamBody) {
        // Without the guard nothing limits open streams: the route's @Operation must describe its stream.
        if (!request.holdsAnswer) {
          payload.destroy();
          done(new Error(`${route.url} streams without a HeldAnswersGuard`));
          return;
        }
        reply.status(200).headers(headersOf.get(payload)!);
        payload.answeredBy(reply.raw);
        reply.raw.once('close', () => {
          if (!reply.raw.writableFinished) onCut(request, reply);
        });
      }
      done(null, payload);
    },
  ];
}
