/**
 * A Map that forgets its oldest entries: a cache in memory must grow neither with the number of people nor with the size
 * of what they keep.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  private readonly sizes = new Map<K, number>();
  private bytes = 0;

  /**
   * @param max entries
   * @param memory what all of them may take, and how much one takes; without it entries are taken for small
   */
  constructor(
    private readonly max: number,
    private readonly memory: { maxBytes: number; sizeOf: (value: V) => number } | null = null,
  ) {
    super();
  }

  /** Bytes of all entries. */
  get totalBytes(): number {
    return this.bytes;
  }

  /** Writing an entry makes it the newest. One that is larger than the whole is not kept. */
  override set(key: K, value: V): this {
    this.delete(key);
    const size = this.memory?.sizeOf(value) ?? 0;
    const maxBytes = this.memory?.maxBytes ?? Infinity;
    if (size > maxBytes) return this;
    while (this.size >= this.max || this.bytes + size > maxBytes) this.delete(this.keys().next().value!);
    if (this.memory) this.sizes.set(key, size);
    this.bytes += size;
    return super.set(key, value);
  }

  override delete(key: K): boolean {
    if (this.memory && this.has(key)) {
      this.bytes -= this.sizes.get(key)!;
      this.sizes.delete(key);
    }
    return super.delete(key);
  }

  override clear(): void {
    this.sizes.clear();
    this.bytes = 0;
    super.clear();
  }

  /** Keyv asks for several keys at once where the store can. */
  getMany(keys: K[]): (V | undefined)[] {
    return keys.map((key) => this.get(key));
  }
}

/** A JavaScript string takes two bytes a character at the most; its entry some more. */
export const textBytes = (text: string): number => 2 * text.length + ENTRY_BYTES;
const ENTRY_BYTES = 256;
