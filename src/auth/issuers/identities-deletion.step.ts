import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import {
  DeletionSteps,
  type DeletionStep,
  type LeavingAccount,
} from '../../users/deletion/deletion-steps.js';
import { IdentitiesRepository } from './identities.repository.js';

/** Step of an account's deletion: tokens of a trusted issuer issued until now cannot create the account again. */
@Injectable()
export class IdentitiesDeletionStep implements DeletionStep {
  readonly name = 'identities';

  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly clock: Clock,
    steps: DeletionSteps,
  ) {
    steps.register(this);
  }

  erase({ userId }: LeavingAccount, manager: EntityManager): Promise<void> {
    return this.identities.endIdentitiesOf(userId, this.clock.now(), manager);
  }
}
