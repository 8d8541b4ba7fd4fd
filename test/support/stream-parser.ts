/** One event of a stream, as received. */
export interface StreamEvent {
  event: string;
  id: string | null;
  data: string;
}

/**
 * Parses server-sent events (WHATWG HTML, "Interpreting an event stream"): bytes in any pieces, lines that end with CR,
 * LF or both. An incomplete event is dropped, `retry` is ignored, and comments are counted.
 */
export class StreamParser {
  /** Number of comment lines, which only show that the stream is alive. */
  comments = 0;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private rest = '';
  private event = '';
  private id: string | null = null;
  private data: string[] = [];

  /**
   * The events that these bytes complete.
   * @throws TypeError for bytes that are not UTF-8
   */
  push(bytes: Uint8Array): StreamEvent[] {
    this.rest += this.decoder.decode(bytes, { stream: true });
    const events: StreamEvent[] = [];
    for (let line = this.takeLine(); line !== null; line = this.takeLine()) {
      const event = line === '' ? this.dispatch() : this.field(line);
      if (event) events.push(event);
    }
    return events;
  }

  private takeLine(): string | null {
    const end = /\r\n|\n|\r(?!$)/.exec(this.rest);
    if (!end) return null;
    const line = this.rest.slice(0, end.index);
    this.rest = this.rest.slice(end.index + end[0].length);
    return line;
  }

  private field(line: string): null {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
    if (name === '') this.comments += 1;
    if (name === 'event') this.event = value;
    if (name === 'id') this.id = value;
    if (name === 'data') this.data.push(value);
    return null;
  }

  private dispatch(): StreamEvent | null {
    const { event, id, data } = this;
    this.event = '';
    this.id = null;
    this.data = [];
    return data.length === 0 ? null : { event: event || 'message', id, data: data.join('\n') };
  }
}
