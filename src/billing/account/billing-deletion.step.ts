import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DeletionSteps, type DeletionStep } from '../../users/deletion/deletion-steps.js';
import { BillingClosing } from './billing-closing.service.js';

/** Of a deleted account: whatever it has at Stripe is cancelled, by a job that tries until Stripe has said so. */
@Injectable()
export class BillingDeletionStep implements DeletionStep {
  readonly name = 'billing';

  constructor(
    private readonly closing: BillingClosing,
    steps: DeletionSteps,
  ) {
    steps.register(this);
  }

  /** Whoever writes what Stripe holds locks this row before the user's, too. */
  claim(userId: string, manager: EntityManager): Promise<void> {
    return this.closing.request(userId, manager);
  }

  settle(userId: string): Promise<void> {
    return this.closing.start(userId);
  }
}
