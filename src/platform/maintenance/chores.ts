import { Injectable } from '@nestjs/common';

/** Something that has to be done now and then: mostly deleting what has expired. Safe to run twice and at once. */
export interface Chore {
  name: string;
  run(now: Date): Promise<void>;
}

/** Where features leave their chores; they are all run every few minutes by one worker. */
@Injectable()
export class Chores {
  private readonly chores: Chore[] = [];

  register(chore: Chore): void {
    this.chores.push(chore);
  }

  get all(): readonly Chore[] {
    return this.chores;
  }
}

/** Rows that one statement deletes: short locks, and far from the statement timeout. */
export const PURGE_BATCH = 5_000;

/** Repeats a statement that deletes at most {@link PURGE_BATCH} rows until it finds less. */
export async function purgeInBatches(deleteBatch: () => Promise<{ length: number }>): Promise<void> {
  while ((await deleteBatch()).length >= PURGE_BATCH);
}
