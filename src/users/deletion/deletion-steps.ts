import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** In this order: what holds texts first, what only waits for the others last. */
const ORDER = ['replies', 'rooms', 'sign-in', 'billing', 'identities'] as const;

export type DeletionStepName = (typeof ORDER)[number];

/** An account that is being deleted; its row is locked. */
export interface LeavingAccount {
  userId: string;
  /** E.164; null for one that signs in through another issuer. */
  mobileNumber: string | null;
}

/** What one feature does when an account is deleted. Rows that hang on the user's (`on delete cascade`) need none. */
export interface DeletionStep {
  name: DeletionStepName;
  /** First of all, before the account's row is locked: rows that others lock before that one, lest two wait for each other. */
  claim?(userId: string, manager: EntityManager): Promise<void>;
  /** In the account's last transaction: all of it happens, or nothing. */
  erase?(account: LeavingAccount, manager: EntityManager): Promise<void>;
  /** After it, outside the database: repeated until it has not thrown, by another process if need be. */
  settle?(userId: string): Promise<void>;
}

/** Where features leave their steps: deleting an account runs against the arrows of the house. */
@Injectable()
export class DeletionSteps {
  private readonly steps = new Map<DeletionStepName, DeletionStep>();

  register(step: DeletionStep): void {
    this.steps.set(step.name, step);
  }

  /** Those that this process knows, in their order. */
  get all(): DeletionStep[] {
    return ORDER.flatMap((name) => this.steps.get(name) ?? []);
  }

  /** Which of these nobody has registered. */
  missing(names: readonly DeletionStepName[]): DeletionStepName[] {
    return names.filter((name) => !this.steps.has(name));
  }
}
