import { Injectable } from '@nestjs/common';

/** The current time. A port, because the sandbox and tests move the clock forward. */
export abstract class Clock {
  abstract now(): Date;
}

/** The machine's clock. */
@Injectable()
export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}

/** A clock that can be moved forward (POST /sandbox/clock, tests) and runs on from there. */
@Injectable()
export class AdjustableClock extends Clock {
  private offsetMs = 0;

  override now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** Moves the clock forward by `ms` milliseconds. */
  advance(ms: number): void {
    this.offsetMs += ms;
  }
}
