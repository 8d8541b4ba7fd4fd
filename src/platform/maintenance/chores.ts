import { Injectable } from '@nestjs/common';

/** A recurring task, mostly the deletion of expired rows. Safe to run twice and concurrently. */
export interface Chore {
  name: string;
  run(now: Date): Promise<void>;
}

/** Schedule of a chore: every few minutes, or every night. */
export type ChoreTime = 'frequent' | 'nightly';

/** Registry of the features' chores. One worker at a time runs each of them. */
@Injectable()
export class Chores {
  private readonly frequent: Chore[] = [];
  private readonly nightly: Chore[] = [];

  register(chore: Chore): void {
    this.frequent.push(chore);
  }

  /** Registers a chore that runs once a night. */
  registerNightly(chore: Chore): void {
    this.nightly.push(chore);
  }

  at(time: ChoreTime): readonly Chore[] {
    return this[time];
  }
}

/** Rows that one statement deletes: few enough for short locks, and far below the statement timeout. */
export const PURGE_BATCH = 5_000;

/** Repeats a statement that deletes at most {@link PURGE_BATCH} rows until a run deletes fewer. */
export async function purgeInBatches(deleteBatch: () => Promise<{ length: number }>): Promise<void> {
  while ((await deleteBatch()).length >= PURGE_BATCH);
}
