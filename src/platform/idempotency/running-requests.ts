/** Running requests of this process with an Idempotency-Key, so that a concurrent request can wait for their end. */
export class RunningRequests {
  private readonly byKey = new Map<string, Set<Promise<unknown>>>();

  /** Runs `work` and registers it until it ends. */
  async during<T>(userId: string, key: string, work: () => Promise<T>): Promise<T> {
    const name = nameOf(userId, key);
    const running = work();
    const requests = this.byKey.get(name) ?? new Set();
    this.byKey.set(name, requests.add(running));
    try {
      return await running;
    } finally {
      requests.delete(running);
      if (requests.size === 0 && this.byKey.get(name) === requests) this.byKey.delete(name);
    }
  }

  /** Settles when all requests that run now under this key have ended; null when none runs. */
  end(userId: string, key: string): Promise<unknown> | null {
    const requests = this.byKey.get(nameOf(userId, key));
    return requests ? Promise.allSettled(requests) : null;
  }
}

const nameOf = (userId: string, key: string): string => `${userId} ${key}`;
