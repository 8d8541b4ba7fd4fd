/**
 * Work that looks at how things are, by key: whoever asks gets a look that begins after he has asked. Who asks while one is
 * under way shares the next one with everybody else who does, so that a burst of askers costs two looks.
 */
export class AfterNow<T> {
  private readonly running = new Map<string, Promise<T>>();
  private readonly waiting = new Map<string, Promise<T>>();

  constructor(private readonly look: (key: string) => Promise<T>) {}

  ask(key: string): Promise<T> {
    const waiting = this.waiting.get(key);
    if (waiting) return waiting;
    const running = this.running.get(key);
    if (!running) return this.begin(key);
    const next = this.beginAfter(running, key);
    this.waiting.set(key, next);
    return next;
  }

  private async beginAfter(running: Promise<T>, key: string): Promise<T> {
    // Whether it came to something is for those who asked for it.
    await running.catch(() => undefined);
    this.waiting.delete(key);
    return this.begin(key);
  }

  private begin(key: string): Promise<T> {
    const running = this.look(key).finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running;
  }
}
