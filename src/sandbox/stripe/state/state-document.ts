import { emptyState, type StripeState } from './stripe-state.js';

type Part = keyof StripeState;

/** What is in these never changes: it comes and goes. They are the largest, and written once. */
const UNCHANGING: ReadonlySet<Part> = new Set(['events', 'idempotency']);

/**
 * The document as text, part by part, and read. The text is the truth: a change that fails leaves no trace, and what is not
 * JSON is noticed at once. Only what a change has looked at is read or written anew.
 */
export class StateDocument {
  private state = emptyState();
  private readonly texts = new Map<Part, string>();
  private readonly written = new WeakMap<object, string>();
  private whole: string | null = null;

  constructor() {
    this.writeAll();
  }

  /** The whole document. */
  get text(): string {
    this.whole ??= `{${[...this.texts].map(([part, text]) => `${JSON.stringify(part)}:${text}`).join(',')}}`;
    return this.whole;
  }

  /** Takes over what somebody else has made of the document. */
  replace(text: string): void {
    if (text === this.text) return;
    // A part that came with a later version of the sandbox is empty in an old document.
    this.state = { ...emptyState(), ...(JSON.parse(text) as StripeState) };
    this.writeAll();
  }

  /** Changes it. Tells whether anything is different now. */
  change<T>(fn: (state: StripeState) => T): { result: T; changed: boolean } {
    const seen = new Set<Part>();
    const watched = new Proxy(this.state, {
      get: (state, part) => {
        seen.add(part as Part);
        return state[part as Part];
      },
    });
    let result: T;
    try {
      result = fn(watched);
    } catch (error) {
      for (const part of seen)
        Object.assign(this.state, { [part]: JSON.parse(this.texts.get(part)!) as unknown });
      throw error;
    }
    // All of them: one that is written is not looked at again.
    const changed = [...seen].filter((part) => this.write(part));
    return { result, changed: changed.length > 0 };
  }

  private writeAll(): void {
    this.texts.clear();
    for (const part of Object.keys(this.state) as Part[]) this.write(part);
  }

  private write(part: Part): boolean {
    const text = UNCHANGING.has(part)
      ? this.textOfEntries(this.state[part])
      : JSON.stringify(this.state[part]);
    if (text === this.texts.get(part)) return false;
    this.texts.set(part, text);
    this.whole = null;
    return true;
  }

  private textOfEntries(table: object): string {
    const entries = Object.entries(table as Record<string, object>);
    return `{${entries.map(([id, entry]) => `${JSON.stringify(id)}:${this.textOf(entry)}`).join(',')}}`;
  }

  private textOf(entry: object): string {
    let text = this.written.get(entry);
    if (text === undefined) this.written.set(entry, (text = JSON.stringify(entry)));
    return text;
  }
}
