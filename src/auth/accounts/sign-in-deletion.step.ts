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

/** Of a deleted account: its sessions end on every process, and no code that was sent to its number is good any more. */
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
    // Told by the commit; the rows themselves go with the user's.
    await this.sessions.endAll(userId, null, this.clock.now(), manager);
    if (mobileNumber === null) return;
    await this.challenges.deleteOfNumber(mobileNumber, manager);
    await this.sms.forget(mobileNumber, manager);
  }
}
