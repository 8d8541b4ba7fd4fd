/** Requests with an Idempotency-Key that this process is carrying out, so that a twin can wait for their end. */
export class RunningRequests {
  private readonly byKey = new Map<string, Set<Promise<unknown>>>();

  /** Carries one out. */
  async during<T>(userId: string, key: string, work: () => Promise<T>): Promise<T> {
    const name = nameOf(userId, key);
    const running = work();
    const twins = this.byKey.get(name) ?? new Set();
    this.byKey.set(name, twins.add(running));
    try {
      return await running;
    } finally {
      twins.delete(running);
      if (twins.size === 0 && this.byKey.get(name) === twins) this.byKey.delete(name);
    }
  }

  /** The end of all that run now under this key, however they end; null when none does. */
  end(userId: string, key: string): Promise<unknown> | null {
    const twins = this.byKey.get(nameOf(userId, key));
    return twins ? Promise.allSettled(twins) : null;
  }
}

const nameOf = (userId: string, key: string): string => `${userId} ${key}`;
