/** One event of a stream. */
export interface StreamEvent {
  event: string;
  id: string | null;
  // Tests look into data of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any -- because of the line above
  data: any;
}

/** What a client that keeps to the contract has read of one reply. */
export class StreamReader {
  readonly events: StreamEvent[] = [];
  text = '';
  lastId: string | null = null;
  done = false;
  status = 0;
  headers = new Headers();
  pings = 0;
  /** How often text that was shown was taken back. */
  takenBack = 0;

  constructor(
    private readonly token: string,
    private readonly signal = AbortSignal.timeout(30_000),
  ) {}

  /** Reads until the server closes, `until` is true, or `maxBytes` were read (then the connection is cut). */
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
    let rest = Buffer.alloc(0);
    try {
      for await (const chunk of response.body) {
        const taken = Buffer.from(chunk).subarray(0, maxBytes - bytes);
        bytes += taken.length;
        rest = this.takeBlocks(Buffer.concat([rest, taken]));
        if (bytes >= maxBytes || until?.(this)) break;
      }
    } catch (error) {
      if (this.signal.aborted) throw error; // cut by the other side: that is what a stream is for
    }
    cut.abort();
    return this;
  }

  of(event: string): StreamEvent[] {
    return this.events.filter((one) => one.event === event);
  }

  /** Whole events only: one that was cut in the middle was not received (WHATWG HTML §9.2.6). */
  private takeBlocks(bytes: Buffer): Buffer<ArrayBuffer> {
    let from = 0;
    for (let end = bytes.indexOf('\n\n'); end >= 0; end = bytes.indexOf('\n\n', from)) {
      this.takeBlock(bytes.subarray(from, end).toString());
      from = end + 2;
    }
    return Buffer.from(bytes.subarray(from));
  }

  private takeBlock(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.split(':', 1)[0]!, line.replace(/^\w*: ?/, '')]),
    );
    if (block.startsWith(': ping')) this.pings += 1;
    const event = fields.get('event');
    if (event === undefined) return;
    const one = { event, id: fields.get('id') ?? null, data: JSON.parse(fields.get('data')!) };
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
