import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Order of the steps: features with texts first, features that wait for others last. */
const ORDER = ['replies', 'rooms', 'sign-in', 'billing', 'identities', 'events'] as const;

export type DeletionStepName = (typeof ORDER)[number];

/** An account that is being deleted; its row is locked. */
export interface LeavingAccount {
  userId: string;
  /** E.164; null for one that signs in through another issuer. */
  mobileNumber: string | null;
}

/** One feature's part of an account's deletion. Rows that reference the user with `on delete cascade` need no step. */
export interface DeletionStep {
  name: DeletionStepName;
  /** Before the user's row is locked: locks rows that other code locks before that row, to avoid a deadlock. */
  claim?(userId: string, manager: EntityManager): Promise<void>;
  /** Within the deletion's transaction. */
  erase?(account: LeavingAccount, manager: EntityManager): Promise<void>;
  /** After the commit, outside the database. Repeated until it succeeds, possibly by another process. */
  settle?(userId: string): Promise<void>;
}

/** Registry of the steps: features depend on this folder, so it cannot import them. */
@Injectable()
export class DeletionSteps {
  private readonly steps = new Map<DeletionStepName, DeletionStep>();

  register(step: DeletionStep): void {
    this.steps.set(step.name, step);
  }

  /** The registered steps, in their order. */
  get all(): DeletionStep[] {
    return ORDER.flatMap((name) => this.steps.get(name) ?? []);
  }

  /** The names without a registered step. */
  missing(names: readonly DeletionStepName[]): DeletionStepName[] {
    return names.filter((name) => !this.steps.has(name));
  }
}
