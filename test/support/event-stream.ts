import { PATIENCE_MS } from './eventually.js';
import { expectDescribedEvent } from './openapi.js';
import { StreamParser, type StreamEvent } from './stream-parser.js';

/** One event of a stream, with its parsed data. */
export interface ReadEvent extends Omit<StreamEvent, 'data'> {
  // Tests look into data of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any -- because of the line above
  data: any;
}

/** The state of a client of the contract that reads one reply. */
export class StreamReader {
  readonly events: ReadEvent[] = [];
  text = '';
  lastId: string | null = null;
  done = false;
  status = 0;
  headers = new Headers();
  pings = 0;
  /** Number of resets that discarded shown text. */
  takenBack = 0;

  constructor(
    private readonly token: string,
    private readonly signal = AbortSignal.timeout(PATIENCE_MS),
  ) {}

  /** Reads until the server closes, `until` returns true, or `maxBytes` are read (then the connection is cut). */
  async read(url: string, { until, maxBytes = Infinity, init = {} }: ReadOptions = {}): Promise<this> {
    const cut = new AbortController();
    const response = await fetch(url, {
      ...init,
      headers: {
        authorization: `Bearer ${this.token}`,
        accept: 'text/event-stream',
        ...(this.lastId !== null && { 'last-event-id': this.lastId }),
        ...(init.headers as Record<string, string> | undefined),
      },
      signal: AbortSignal.any([cut.signal, this.signal]),
    });
    this.status = response.status;
    this.headers = response.headers;
    if (!response.body || response.status !== 200) return this;
    let bytes = 0;
    const parser = new StreamParser();
    for await (const chunk of this.chunksOf(response.body)) {
      const taken = chunk.subarray(0, maxBytes - bytes);
      bytes += taken.length;
      for (const event of parser.push(taken)) this.take(event);
      if (bytes >= maxBytes || until?.(this)) break;
    }
    this.pings += parser.comments;
    cut.abort();
    return this;
  }

  of(event: string): ReadEvent[] {
    return this.events.filter((one) => one.event === event);
  }

  /** Reads to the end, or until the other side cuts the connection. */
  private async *chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    try {
      yield* body;
    } catch (error) {
      if (this.signal.aborted) throw error;
    }
  }

  private take(came: StreamEvent): void {
    expectDescribedEvent(came);
    const { event, id } = came;
    // `type` equals the event's name, as just asserted; tests compare the rest.
    const { type: _, ...data } = JSON.parse(came.data) as Record<string, unknown>;
    const one: ReadEvent = { event, id, data };
    this.events.push(one);
    if (event === 'reset') {
      if (this.text !== '') this.takenBack += 1;
      this.text = '';
    }
    if (event === 'delta') this.text += one.data.text;
    if (event === 'done') this.done = true;
    if (one.id === null) return;
    this.lastId = one.id;
    const offset = one.id.split('-')[1];
    if (offset !== 'end' && Number(offset) !== this.text.length)
      throw new Error(`the id ${one.id} does not name the length of the text, ${this.text.length}`);
  }
}

interface ReadOptions {
  until?: (reader: StreamReader) => boolean;
  maxBytes?: number;
  init?: RequestInit;
}
