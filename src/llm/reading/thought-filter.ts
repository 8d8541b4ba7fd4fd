/** Tags around thoughts, as written by DeepSeek R1 and Qwen, models tuned like Claude, Gemini, and Seed. */
const TAGS = ['think', 'thinking', 'thought', 'seed:think'];
const OPENINGS = TAGS.map((tag) => `<${tag}>`);
/** Characters of white space that are held back while a tag may follow; a longer gap is text. */
const MAX_HELD = 1024;

/**
 * Removes leading `<think>…</think>` blocks, one or several, from a text that arrives in pieces; a piece may end within a
 * tag. A block after other text stays, because there the model writes about the tag.
 */
export class ThoughtFilter {
  private closing: string | null = null;
  private held = '';
  private isText = false;
  private hasThought = false;
  /** UTF-16 units removed. */
  thoughtLength = 0;

  /** @returns the new text that is certainly no thought */
  push(piece: string): string {
    if (this.isText) return piece;
    this.held += piece;
    return this.read();
  }

  /** Ends the stream. @returns held-back text; nothing of a thought that was not closed */
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
        return mayBecomeTag && this.held.length <= MAX_HELD ? '' : this.asText();
      }
      this.closing = `</${opening.slice(1)}`;
      this.hasThought = true;
      this.held = start.slice(opening.length);
    }
  }

  /** @returns whether the thought ended within the held text */
  private skipThought(closing: string): boolean {
    const end = this.held.indexOf(closing);
    // The held text may end with a part of the closing tag.
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
