import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { SmsSender } from '../../platform/sms/sms-sender.js';
import {
  DeletionSteps,
  type DeletionStep,
  type LeavingAccount,
} from '../../users/deletion/deletion-steps.js';
import { ChallengesRepository } from '../codes/challenges.repository.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';

/** Step of an account's deletion: ends its sessions on every process, and deletes the codes sent to its number. */
@Injectable()
export class SignInDeletionStep implements DeletionStep {
  readonly name = 'sign-in';

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly challenges: ChallengesRepository,
    private readonly sms: SmsSender,
    private readonly clock: Clock,
    steps: DeletionSteps,
  ) {
    steps.register(this);
  }

  async erase({ userId, mobileNumber }: LeavingAccount, manager: EntityManager): Promise<void> {
    // The commit announces the ended sessions; their rows are deleted with the user's row.
    await this.sessions.endAll(userId, null, this.clock.now(), manager);
    if (mobileNumber === null) return;
    await this.challenges.deleteOfNumber(mobileNumber, manager);
    await this.sms.forget(mobileNumber, manager);
  }
}
