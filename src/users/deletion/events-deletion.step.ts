import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Outbox } from '../../platform/outbox/outbox.js';
import { OutgoingEventsRepository } from '../../platform/outbox/outgoing-events.repository.js';
import { DeletionSteps, type DeletionStep, type LeavingAccount } from './deletion-steps.js';

/**
 * Step of an account's deletion: erases the events about the account, also those that are not delivered yet, and tells the
 * app's server of the deletion instead.
 */
@Injectable()
export class EventsDeletionStep implements DeletionStep {
  readonly name = 'events';

  constructor(
    private readonly events: OutgoingEventsRepository,
    private readonly outbox: Outbox,
    steps: DeletionSteps,
  ) {
    steps.register(this);
  }

  async erase({ userId }: LeavingAccount, manager: EntityManager): Promise<void> {
    await this.events.eraseOf(userId, manager);
    await this.outbox.add('account.deleted', { userId: null, data: { user_id: userId } }, manager);
  }
}
