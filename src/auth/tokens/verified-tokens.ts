/**
 * Tokens whose signature was checked already, most recently used kept: two maps that take turns, so that a hit costs one
 * or two look-ups and the whole never holds more than twice `half` tokens. In front of passport this is what makes the
 * cached list as fast as it is (docs/adr, bench): a hit does no cryptography.
 */
export class VerifiedTokens<T> {
  private recent = new Map<string, T>();
  private older = new Map<string, T>();

  constructor(private readonly half: number) {}

  get(token: string): T | undefined {
    const hit = this.recent.get(token);
    if (hit !== undefined) return hit;
    const old = this.older.get(token);
    if (old !== undefined) this.set(token, old);
    return old;
  }

  set(token: string, value: T): void {
    if (this.recent.size >= this.half) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(token, value);
  }

  /** Everything is to be checked anew. */
  clear(): void {
    this.recent = new Map();
    this.older = new Map();
  }
}
