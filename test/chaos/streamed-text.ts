import type { StreamEvent } from '../support/stream-parser.js';

/** The text and position of a reader of a reply, over all its connections. */
export class StreamedText {
  text = '';
  /** Id of the newest event that had one: the next connection resumes there. */
  lastEventId: string | null = null;
  /** The message of `done`. */
  done: { status: string; content: string; completed_at: string | null } | null = null;
  private attempt: number | null = null;

  /** @returns the fault of the event; null: none */
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
