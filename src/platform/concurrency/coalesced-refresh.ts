/**
 * Coalesces reads of the same key. Each caller gets the result of a read that began after its call, so no result is older
 * than the call. Callers that arrive while a read runs share the next one: a burst of any size costs two reads.
 */
export class CoalescedRefresh<T> {
  private readonly running = new Map<string, Promise<T>>();
  private readonly waiting = new Map<string, Promise<T>>();

  /** @param read reads the value of `key`; callers that share a read share the function of one of them */
  ask(key: string, read: () => Promise<T>): Promise<T> {
    const waiting = this.waiting.get(key);
    if (waiting) return waiting;
    const running = this.running.get(key);
    if (!running) return this.begin(key, read);
    const next = this.beginAfter(running, key, read);
    this.waiting.set(key, next);
    return next;
  }

  private async beginAfter(running: Promise<T>, key: string, read: () => Promise<T>): Promise<T> {
    // A failure of the running read concerns only the callers that share it.
    await running.catch(() => undefined);
    this.waiting.delete(key);
    return this.begin(key, read);
  }

  private begin(key: string, read: () => Promise<T>): Promise<T> {
    const running = read().finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running;
  }
}
