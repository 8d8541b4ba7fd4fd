import { Injectable } from '@nestjs/common';

/** Something that has to be done now and then: mostly deleting what has expired. Safe to run twice and at once. */
export interface Chore {
  name: string;
  run(now: Date): Promise<void>;
}

/** When chores are done: every few minutes, or every night. */
export type ChoreTime = 'frequent' | 'nightly';

/** Where features leave their chores; each is run by one worker at a time. */
@Injectable()
export class Chores {
  private readonly frequent: Chore[] = [];
  private readonly nightly: Chore[] = [];

  register(chore: Chore): void {
    this.frequent.push(chore);
  }

  /** Once a night is enough for this one, or better. */
  registerNightly(chore: Chore): void {
    this.nightly.push(chore);
  }

  at(time: ChoreTime): readonly Chore[] {
    return this[time];
  }
}

/** Rows that one statement deletes: short locks, and far from the statement timeout. */
export const PURGE_BATCH = 5_000;

/** Repeats a statement that deletes at most {@link PURGE_BATCH} rows until it finds less. */
export async function purgeInBatches(deleteBatch: () => Promise<{ length: number }>): Promise<void> {
  while ((await deleteBatch()).length >= PURGE_BATCH);
}
