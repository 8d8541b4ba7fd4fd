import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DeletionSteps, type DeletionStep } from '../../users/deletion/deletion-steps.js';
import { BillingClosing } from './billing-closing.service.js';

/** Step of an account's deletion: closes its billing ({@link BillingClosing}). */
@Injectable()
export class BillingDeletionStep implements DeletionStep {
  readonly name = 'billing';

  constructor(
    private readonly closing: BillingClosing,
    steps: DeletionSteps,
  ) {
    steps.register(this);
  }

  /** Locks the billing row before the user's row, in the order of {@link BillingSync}: no deadlock. */
  claim(userId: string, manager: EntityManager): Promise<void> {
    return this.closing.request(userId, manager);
  }

  settle(userId: string): Promise<void> {
    return this.closing.start(userId);
  }
}
