import { Injectable } from '@nestjs/common';

/** What time it is. The port exists because the sandbox can move its clock and tests need the seconds around a boundary. */
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

/** A clock that can be moved forward (POST /sandbox/clock, tests). Time goes on from there. */
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
