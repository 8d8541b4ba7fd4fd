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
