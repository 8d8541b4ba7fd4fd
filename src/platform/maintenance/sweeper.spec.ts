import { jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { CONFIG } from '../config/config.js';
import { Sweeper } from './sweeper.js';

class CountingSweeper extends Sweeper {
  sweeps = 0;
  constructor() {
    super(1000);
  }
  override sweep(): Promise<void> {
    this.sweeps += 1;
    return Promise.resolve();
  }
}

// A wait is longer or shorter by a quarter at most.
it.each([
  [1, 8, 14],
  [0.1, 80, 140],
  [5, 1, 3],
])(
  'with SWEEP_INTERVAL_FACTOR=%d a sweeper of a second sweeps %d to %d times in ten',
  async (factor, least, most) => {
    jest.useFakeTimers();
    const module = await Test.createTestingModule({
      providers: [CountingSweeper, { provide: CONFIG, useValue: { sweepIntervalFactor: factor } }],
    }).compile();
    const sweeper = module.get(CountingSweeper);
    sweeper.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(10_000);
    await sweeper.beforeApplicationShutdown();
    jest.useRealTimers();
    expect(sweeper.sweeps).toBeGreaterThanOrEqual(least);
    expect(sweeper.sweeps).toBeLessThanOrEqual(most);
  },
);
