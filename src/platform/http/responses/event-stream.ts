import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

/**
 * Bytes that may wait for a reader that does not read; beyond it the connection is dropped, and the client resumes
 * later. A long part is not counted, because it arrives in one piece. A response has three parts that may be long (the
 * accepted message, the text, the whole reply); a limit of four leaves room.
 */
const MAX_WAITING_BYTES = 1024 * 1024;
const LONG_PART_BYTES = MAX_WAITING_BYTES / 4;
/** Time to read the rest of a stream that is cut early: the end of a session is delivered within 2 s. */
const CUT_MS = 1500;
/**
 * Longest time without progress at a stream's own end, at most twice that: Node checks once per interval whether bytes
 * have left. Enough for a phone that loses some packets.
 */
const SILENT_MS = 2000;
/** How long a client waits before it comes back (WHATWG HTML §9.2.5, `retry`). */
const RETRY_MS = 1000;

/** For Server-Sent Events through proxies: no cache, no buffer, no recompression. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * One event. Its `data` is JSON, so that no text can forge a line. The event's name is repeated inside as `type`, because
 * some parsers hand out the data alone. Spliced as text: deltas are many, and a copy of each would cost more.
 * @param data an object with at least one member
 */
export function sseEvent(event: string, data: object, id?: string): string {
  const lines = `event: ${event}\ndata: {"type":"${event}",${JSON.stringify(data).slice(1)}\n\n`;
  return id === undefined ? lines : `id: ${id}\n${lines}`;
}

export const SSE_PING = ': ping\n\n';
const SSE_RETRY = `retry: ${RETRY_MS}\n\n`;

/** The body of an event stream (WHATWG HTML §9.2). */
export class EventStreamBody extends Readable {
  /** Has its last event been sent? What comes after it is not for this reader. */
  private isOver = false;
  /** Bytes of long parts among those that wait; forgotten when nothing waits. */
  private longBytes = 0;
  private response: ServerResponse | null = null;

  /** @param onClose called once, however the stream ends */
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

  /** What it is written to. */
  answeredBy(response: ServerResponse): void {
    this.response = response;
    if (this.isOver) this.dropWhenSilent();
  }

  /** Ends the stream after its last event. The reader may be slow, but must make progress. */
  end(): void {
    if (this.close()) this.dropWhenSilent();
  }

  /** Closes the stream at once, because the reader has no permission any more. */
  cut(): void {
    if (this.close()) setTimeout(() => this.hangUp(), CUT_MS).unref();
  }

  /** Closes without an end: the client comes back, and another process may answer. */
  leave(): void {
    this.send(SSE_RETRY);
    this.cut();
  }

  /** @returns was it open? */
  private close(): boolean {
    if (this.destroyed || this.isOver) return false;
    this.isOver = true;
    this.push(null);
    return true;
  }

  private dropWhenSilent(): void {
    this.response?.setTimeout(SILENT_MS, () => this.hangUp());
  }

  /** Closes the socket: without a reader it accepts the rest and never reports it. */
  private hangUp(): void {
    this.destroy();
    if (!this.response?.writableFinished) this.response?.destroy();
  }
}

/** What a route returns to answer with an event stream; its status is 200, whatever @Operation says. */
export class EventStream extends StreamableFile {
  constructor(body: EventStreamBody, headers: Record<string, string> = {}) {
    super(body, { type: HEADERS['content-type'] });
    headersOf.set(body, { ...headers, ...HEADERS });
  }
}

const headersOf = new WeakMap<EventStreamBody, Record<string, string>>();

/**
 * Puts status and headers on event streams, of routes that name them in @Produces.
 * @param onCut told of a stream whose last bytes did not leave; of one that had more to say, Fastify tells as well
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
        // What nothing counts nothing bounds: the route's @Operation has to describe its stream.
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
