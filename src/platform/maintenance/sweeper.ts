import { Inject, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';

/**
 * A loop in every process that finds unfinished work in rows and starts it again, in case its usual trigger (a job, an
 * event) was lost. Safe to run in several processes at once.
 */
export abstract class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  protected readonly logger = new Logger(this.constructor.name);
  private timer: NodeJS.Timeout | null = null;
  /** A long run ends early when this is true. */
  protected isStopping = false;
  private sweeping: Promise<void> = Promise.resolve();

  @Inject(CONFIG) private readonly settings!: Pick<Config, 'sweepIntervalFactor'>;

  /**
   * @param everyMs mean interval, before SWEEP_INTERVAL_FACTOR; each wait varies by a quarter, so that many processes do not
   * query at the same moment
   */
  constructor(private readonly everyMs: number) {}

  /** One run. Must not throw. */
  abstract sweep(): Promise<void>;

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.sweeping;
  }

  protected readonly warn = (error: unknown) =>
    this.logger.warn(`sweep failed, repeating it at the next interval: ${(error as Error).message}`);

  private schedule(): void {
    const wait = this.everyMs * this.settings.sweepIntervalFactor * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep().finally(() => {
        if (this.timer) this.schedule();
      });
    }, wait);
    this.timer.unref();
  }
}
