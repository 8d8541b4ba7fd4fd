import { StateDocument } from './state-document.js';
import type { StripeState } from './stripe-state.js';

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
