import { emptyState, type StripeState } from './stripe-state.js';

type Part = keyof StripeState;
type Table = Record<string, unknown>;

/** One object of the state, as text; null: deleted. */
export interface Entry {
  part: string;
  /** Empty for a part that is no table. */
  id: string;
  body: string | null;
}

/** Parts of the state that are single values, not tables. */
const SINGLE: ReadonlySet<Part> = new Set(['webhooks', 'scripts', 'settings']);
/**
 * Tables whose entries never change: they are only added and deleted. They are the largest, and their entries are written
 * once.
 */
const UNCHANGING: ReadonlySet<Part> = new Set(['events', 'idempotency']);

/**
 * The state, and each of its objects as text. The text is the truth: a failed change leaves no trace, and a value that is
 * not JSON is noticed at once. Only the parts that a change has read or replaced are
 * compared.
 */
export class StateDocument {
  private state = emptyState();
  private readonly texts = new Map<Part, Map<string, string>>();
  private readonly written = new WeakMap<object, string>();

  constructor() {
    this.clear();
  }

  /** Starts again, empty. */
  clear(): void {
    this.state = emptyState();
    for (const part of Object.keys(this.state) as Part[]) this.texts.set(part, this.entriesOf(part));
  }

  /** Loads what another process changed. */
  apply(entries: Iterable<Entry>): void {
    for (const { part: name, id, body } of entries) {
      const part = name as Part;
      const texts = this.texts.get(part);
      // A later version of the sandbox may have stored unknown parts.
      if (!texts) continue;
      if (body === null) texts.delete(id);
      else texts.set(id, body);
      this.put(part, id, body);
    }
  }

  /** Looks, and changes nothing. */
  read<T>(fn: (state: StripeState) => T): T {
    return fn(this.state);
  }

  /**
   * Runs a change.
   * @returns the changed entries
   */
  change<T>(fn: (state: StripeState) => T): { result: T; changes: Entry[] } {
    const seen = new Set<Part>();
    const watched = new Proxy(this.state, {
      get: (state, part) => {
        seen.add(part as Part);
        return state[part as Part];
      },
      // A part that is replaced unread is a change as well.
      set: (state, part, value) => {
        seen.add(part as Part);
        return Reflect.set(state, part, value);
      },
    });
    try {
      const result = fn(watched);
      return { result, changes: [...seen].flatMap((part) => this.compare(part)) };
    } catch (error) {
      for (const part of seen) this.restore(part);
      throw error;
    }
  }

  private put(part: Part, id: string, body: string | null): void {
    const value: unknown = body === null ? undefined : JSON.parse(body);
    if (SINGLE.has(part)) Object.assign(this.state, { [part]: value });
    else if (value === undefined) delete (this.state[part] as Table)[id];
    else (this.state[part] as Table)[id] = value;
  }

  private restore(part: Part): void {
    const texts = this.texts.get(part)!;
    if (!SINGLE.has(part)) Object.assign(this.state, { [part]: {} });
    for (const [id, body] of texts) this.put(part, id, body);
  }

  private compare(part: Part): Entry[] {
    const before = this.texts.get(part)!;
    const now = this.entriesOf(part);
    const changes: Entry[] = [];
    for (const [id, body] of now) if (before.get(id) !== body) changes.push({ part, id, body });
    for (const id of before.keys()) if (!now.has(id)) changes.push({ part, id, body: null });
    if (changes.length > 0) this.texts.set(part, now);
    return changes;
  }

  private entriesOf(part: Part): Map<string, string> {
    const value = this.state[part];
    if (SINGLE.has(part)) return new Map([['', JSON.stringify(value)]]);
    const write = UNCHANGING.has(part) ? (each: object) => this.writtenOnce(each) : JSON.stringify;
    return new Map(Object.entries(value as Record<string, object>).map(([id, each]) => [id, write(each)]));
  }

  private writtenOnce(entry: object): string {
    let text = this.written.get(entry);
    if (text === undefined) this.written.set(entry, (text = JSON.stringify(entry)));
    return text;
  }
}
