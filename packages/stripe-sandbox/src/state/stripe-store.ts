import { StateDocument } from './state-document.js';
import type { StripeState } from './stripe-state.js';

/**
 * Storage of the sandbox's state. Two implementations: the memory of a process, and PostgreSQL for several processes. The
 * functions passed to both methods are synchronous and return copies, never parts of the state.
 */
export abstract class StripeStore {
  /** Runs `fn` on the state exclusively and stores its changes; if it throws, nothing changes. */
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
