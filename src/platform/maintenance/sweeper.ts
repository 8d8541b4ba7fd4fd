import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

/** Something that is looked after again and again by every process, beside whatever triggers it. Safe to do at once. */
export abstract class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  protected readonly logger = new Logger(this.constructor.name);
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();

  /** @param everyMs about: a hundred processes must not ask at the same moment */
  constructor(private readonly everyMs: number) {}

  /** One round. Must not throw. */
  abstract sweep(): Promise<void>;

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.sweeping;
  }

  protected readonly warn = (error: unknown) => this.logger.warn(`sweep: ${(error as Error).message}`);

  private schedule(): void {
    const wait = this.everyMs * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep().finally(() => {
        if (this.timer) this.schedule();
      });
    }, wait);
    this.timer.unref();
  }
}
