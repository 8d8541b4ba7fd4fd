import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import { SmsFailure, SmsSender } from '../../platform/sms/sms-sender.js';
import { UsersService } from '../../users/users.service.js';
import { readChallengeId, type Challenge } from './challenge.js';
import { ChallengesRepository } from './challenges.repository.js';
import { deriveCode } from './code.js';
import { CODE_SENDS } from './codes.metrics.js';

/** The worker's part: derives the code from its challenge and passes it to the SMS provider. */
@Injectable()
export class CodeDeliveryService {
  private readonly logger = new Logger('CodeDelivery');

  constructor(
    private readonly challenges: ChallengesRepository,
    private readonly users: UsersService,
    private readonly numbers: MobileNumbersService,
    private readonly sender: SmsSender,
    private readonly keys: Keys,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Sends the code of a challenge that is still open.
   * @param messageId the same for every try of this message
   * @throws SmsFailure
   */
  async deliver(challengeId: string, messageId: string): Promise<void> {
    const id = readChallengeId(challengeId);
    const challenge = id && (await this.challenges.find(id));
    if (!challenge || !(await this.isToBeSent(challenge))) {
      CODE_SENDS.inc({ outcome: 'dropped' });
      return;
    }
    try {
      await this.sender.send({ id: messageId, to: challenge.mobileNumber, text: this.textOf(challenge) });
      CODE_SENDS.inc({ outcome: 'sent' });
    } catch (error) {
      const isRefused = error instanceof SmsFailure && error.permanent;
      CODE_SENDS.inc({ outcome: isRefused ? 'refused' : 'failed' });
      throw error;
    }
  }

  private async isToBeSent(challenge: Challenge): Promise<boolean> {
    const { purpose, mobileNumber, sandboxProven, consumedAt, expiresAt } = challenge;
    if (consumedAt || expiresAt <= this.clock.now()) return false;
    if (this.numbers.testCode(mobileNumber) !== null) return false;
    if (sandboxProven !== (this.config.otp.delivery === 'sandbox')) {
      // A real code in the sandbox's inbox would let anyone sign in; a sandbox code by SMS would cost money.
      this.logger.warn(
        'code not sent: its request came from a process with another OTP_DELIVERY; set it alike everywhere',
      );
      return false;
    }
    // A reset code for an unknown number is dropped silently: routes answer alike for known and unknown numbers.
    return purpose !== 'reset' || (await this.users.findByMobileNumber(mobileNumber)) !== null;
  }

  private textOf(challenge: Challenge): string {
    const { otp, sms } = this.config;
    const minutes = Math.ceil((challenge.expiresAt.getTime() - this.clock.now().getTime()) / 60_000);
    const code = deriveCode(this.keys.current('otp').key, challenge, otp.length);
    return sms.text.replaceAll('{code}', code).replaceAll('{minutes}', String(minutes));
  }
}
