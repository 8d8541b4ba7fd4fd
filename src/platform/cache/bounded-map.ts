/** A Map that forgets its oldest entries: a cache in memory must not grow with the number of people. */
export class BoundedMap<K, V> extends Map<K, V> {
  constructor(private readonly max: number) {
    super();
  }

  /** Writing an entry makes it the newest. */
  override set(key: K, value: V): this {
    this.delete(key);
    if (this.size >= this.max) {
      const oldest = this.keys().next();
      if (!oldest.done) this.delete(oldest.value);
    }
    return super.set(key, value);
  }

  /** Keyv asks for several keys at once where the store can. */
  getMany(keys: K[]): (V | undefined)[] {
    return keys.map((key) => this.get(key));
  }
}
