/** One event of a stream, as it came. */
export interface StreamEvent {
  event: string;
  id: string | null;
  data: string;
}

/**
 * Takes server-sent events apart (WHATWG HTML, "Interpreting an event stream"): bytes in any pieces, lines that end with
 * CR, LF or both. Comments and `retry` are dropped.
 */
export class StreamParser {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private rest = '';
  private event = '';
  private id: string | null = null;
  private data: string[] = [];

  /** The events that these bytes complete. @throws TypeError when they are no UTF-8 */
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

/** What a reader of a reply has, over all its connections. */
export class StreamedText {
  text = '';
  /** Of the newest event that had one: where the next connection goes on. */
  lastEventId: string | null = null;
  /** The message that `done` brought. */
  done: { status: string; content: string; completed_at: string | null } | null = null;
  private attempt: number | null = null;

  /** @returns what is wrong with the event; null: nothing */
  take({ event, id, data }: StreamEvent): string | null {
    if (id !== null) this.lastEventId = id;
    const body = JSON.parse(data) as { text?: string; attempt?: number } & NonNullable<StreamedText['done']>;
    switch (event) {
      case 'reset':
        this.text = '';
        this.attempt = body.attempt ?? null;
        return id === `${this.attempt}-0` ? null : `reset of attempt ${this.attempt} has id ${id}`;
      case 'delta':
        return this.append(body.text ?? '', id);
      case 'done':
        this.done = body;
        return this.end(body);
      default:
        return null;
    }
  }

  private append(text: string, id: string | null): string | null {
    const [, attempt, offset] = /^(\d+)-(\d+)$/.exec(id ?? '') ?? [];
    if (attempt === undefined) return `a delta has id ${id}`;
    this.attempt ??= Number(attempt);
    if (Number(attempt) !== this.attempt)
      return `a delta of attempt ${attempt} follows attempt ${this.attempt}`;
    this.text += text;
    if (Number(offset) !== this.text.length) return `${this.text.length} units of text have id ${id}`;
    return text.isWellFormed() ? null : 'a delta splits a character';
  }

  private end({ status, content }: { status: string; content: string }): string | null {
    if (this.text === content) return null;
    return `the stream of a ${status} reply has ${this.text.length} units of text, its content ${content.length}`;
  }
}
