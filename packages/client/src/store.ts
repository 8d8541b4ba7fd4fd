/**
 * Where tokens and unfinished sends are kept: `localStorage`, React Native's `AsyncStorage` or an adapter of a keychain
 * fit as they are.
 */
export interface KeyValueStore {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
  /** Runs one piece of work at a time among all that share the store, where it can: tabs then refresh tokens once. */
  lock?<T>(work: () => Promise<T>): Promise<T>;
}

/** Keeps everything until the process ends. */
export class MemoryStore implements KeyValueStore {
  private readonly values = new Map<string, string>();

  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }

  removeItem(key: string): void {
    this.values.delete(key);
  }
}
