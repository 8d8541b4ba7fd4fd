import { emptyState, type StripeState } from './stripe-state.js';

/** Where the sandbox's one document is. Two implementations: a process's memory, and PostgreSQL for several processes. */
export abstract class StripeStore {
  /**
   * Runs `fn` on the document, alone, and keeps what it did; where it throws, nothing happened. `fn` is synchronous and
   * gives away nothing that is part of the document: copies only.
   */
  abstract transact<T>(fn: (state: StripeState) => T): Promise<T>;

  abstract close(): Promise<void>;
}

/** The document in memory, kept as text: what is not JSON would be noticed, and a failed change leaves no trace. */
export class MemoryStripeStore extends StripeStore {
  private readonly document = new StateDocument();

  override transact<T>(fn: (state: StripeState) => T): Promise<T> {
    // The executor is synchronous, so that nobody else is in between; what fn throws rejects.
    return new Promise((resolve) => resolve(this.document.change(fn).result));
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The document as text, and read: the text is the truth, reading it anew for each request would be slow. */
export class StateDocument {
  private text = JSON.stringify(emptyState());
  private read: StripeState | null = null;

  /** What the document is now, somewhere else. */
  replace(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.read = null;
  }

  /** @returns the new text, or null where nothing changed */
  change<T>(fn: (state: StripeState) => T): { result: T; text: string | null } {
    // A table that came with a later version of the sandbox is empty in an old document.
    const state = (this.read ??= { ...emptyState(), ...(JSON.parse(this.text) as StripeState) });
    let result: T;
    try {
      result = fn(state);
    } catch (error) {
      this.read = null;
      throw error;
    }
    const text = JSON.stringify(state);
    if (text === this.text) return { result, text: null };
    this.text = text;
    return { result, text };
  }
}
