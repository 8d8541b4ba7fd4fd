/** The tags that models write around their thoughts: DeepSeek R1 and Qwen, Claude-like tunes, Gemini's own, Seed. */
const TAGS = ['think', 'thinking', 'thought', 'seed:think'];
const OPENINGS = TAGS.map((tag) => `<${tag}>`);
/** White space that is held back while a tag may follow; more than this is no gap before a thought. */
const MOST_HELD = 1024;

/**
 * Takes a leading `<think>…</think>` out of a text that comes in pieces; a tag may be cut anywhere. Several in a row
 * go, too. What follows other text stays: there it is something that the model writes about.
 */
export class ThoughtFilter {
  private closing: string | null = null;
  private held = '';
  private isText = false;
  private hasThought = false;
  /** UTF-16 units that were left out. */
  thoughtLength = 0;

  /** @returns the part of the text so far that is no thought */
  push(piece: string): string {
    if (this.isText) return piece;
    this.held += piece;
    return this.read();
  }

  /** The stream is over: what was held back as the beginning of a tag is text; a thought that never ended is none. */
  end(): string {
    if (this.isText || this.closing !== null) return '';
    return this.asText();
  }

  private read(): string {
    for (;;) {
      if (this.closing !== null && !this.skipThought(this.closing)) return '';
      const start = this.held.trimStart();
      const opening = OPENINGS.find((one) => start.startsWith(one));
      if (opening === undefined) {
        const mayBecomeTag = OPENINGS.some((one) => one.startsWith(start));
        return mayBecomeTag && this.held.length <= MOST_HELD ? '' : this.asText();
      }
      this.closing = `</${opening.slice(1)}`;
      this.hasThought = true;
      this.held = start.slice(opening.length);
    }
  }

  /** @returns whether the thought ended within what is held */
  private skipThought(closing: string): boolean {
    const end = this.held.indexOf(closing);
    // Half of the closing tag may be there already.
    const gone = end < 0 ? Math.max(0, this.held.length - closing.length + 1) : end;
    this.thoughtLength += gone;
    this.held = this.held.slice(end < 0 ? gone : end + closing.length);
    if (end < 0) return false;
    this.closing = null;
    return true;
  }

  private asText(): string {
    const text = this.hasThought ? this.held.trimStart() : this.held;
    this.held = '';
    this.isText = true;
    return text;
  }
}
