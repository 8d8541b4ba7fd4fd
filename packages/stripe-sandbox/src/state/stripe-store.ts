import { StateDocument } from './state-document.js';
import type { StripeState } from './stripe-state.js';

/**
 * Where the sandbox's state is. Two implementations: a process's memory, and PostgreSQL for several processes. What is given
 * to both methods is synchronous, and gives away nothing that is part of the state: copies only.
 */
export abstract class StripeStore {
  /** Runs `fn` on the state, alone, and keeps what it did; where it throws, nothing happened. */
  abstract transact<T>(fn: (state: StripeState) => T): Promise<T>;

  /** Runs `fn`, which changes nothing: cheaper. */
  abstract read<T>(fn: (state: StripeState) => T): Promise<T>;

  abstract close(): Promise<void>;
}

/** The state in memory. */
export class MemoryStripeStore extends StripeStore {
  private readonly document = new StateDocument();

  override transact<T>(fn: (state: StripeState) => T): Promise<T> {
    // The executor is synchronous, so nothing runs in between; what fn throws rejects.
    return new Promise((resolve) => resolve(this.document.change(fn).result));
  }

  override read<T>(fn: (state: StripeState) => T): Promise<T> {
    return new Promise((resolve) => resolve(this.document.read(fn)));
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}
