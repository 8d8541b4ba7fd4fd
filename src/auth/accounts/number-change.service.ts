import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import type { Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/problem/problem.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import type { UserDto } from '../../users/user.dto.js';
import { UsersService } from '../../users/users.service.js';
import { readChallengeId } from '../codes/challenge.js';
import { ChallengesRepository } from '../codes/challenges.repository.js';
import { CodeCheckerService } from '../codes/code-checker.service.js';
import { CodeSenderService } from '../codes/code-sender.service.js';
import { NetworkRecorder } from '../networks/network-recorder.service.js';
import { SignInNetworks } from '../networks/sign-in-networks.service.js';
import type { RequestOrigin } from '../request-origin.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { toCodeSent, type CodeSentDto } from '../sign-in/sign-in.dto.js';
import type { ConfirmNumberDto, NewNumberDto } from './accounts.dto.js';

/** Changes an account's mobile number. The new number is proven first; only then the answer tells whether it is taken. */
@Injectable()
export class NumberChangeService {
  constructor(
    private readonly sender: CodeSenderService,
    private readonly checker: CodeCheckerService,
    private readonly challenges: ChallengesRepository,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly numbers: MobileNumbersService,
    private readonly networks: SignInNetworks,
    private readonly networkRecorder: NetworkRecorder,
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Sends a code to the new number.
   * @throws Problem `step_up_required`, `otp_send_limited`, `unavailable`
   */
  async begin(principal: Principal, body: NewNumberDto, origin: RequestOrigin): Promise<CodeSentDto> {
    await this.sessions.assertFresh(principal);
    const mobileNumber = this.numbers.read(body.mobile_number);
    const sent = await this.sender.send(
      { purpose: 'change_number', mobileNumber, userId: principal.userId },
      origin,
    );
    return toCodeSent(sent, this.config.otp.length);
  }

  /**
   * Sets the proven number and ends every other session.
   * @throws Problem `step_up_required`, `otp_invalid`, `otp_attempts_exceeded`, `mobile_number_taken`
   */
  async confirm(
    principal: Principal,
    { otp, challenge_id }: ConfirmNumberDto,
    origin: RequestOrigin,
  ): Promise<UserDto> {
    await this.sessions.assertFresh(principal);
    const { userId, sessionId } = principal;
    const mobileNumber = await this.numberOf(challenge_id);
    const right = await this.checker.check({
      purpose: 'change_number',
      mobileNumber,
      userId,
      code: otp,
      challengeId: challenge_id,
    });
    const announceEnd = await this.database.tx(async (manager) => {
      // Locks the account before the code, in the same order as signing in: no deadlock.
      const user = await this.users.lock(userId, manager);
      // The session may have ended during the wait: by a suspension, or by an operator who returned the account to its owner.
      await this.sessions.assertFresh(principal, manager);
      await this.checker.consume(right, manager);
      await this.users.changeNumber(userId, mobileNumber, manager);
      await this.networks.forgetIn(manager, userId);
      // Codes sent to the old number are deleted: its next owner must not be able to use or see them.
      const left = user?.mobileNumber ?? null;
      if (left !== null && left !== mobileNumber) await this.challenges.deleteOfNumber(left, manager);
      return this.sessions.endAllIn(manager, userId, sessionId);
    });
    announceEnd();
    await this.networkRecorder.afterCode(userId, mobileNumber, origin);
    return this.users.me(userId);
  }

  /**
   * Changes the number by an operator, for a user who has lost the old one. The old number's holder keeps no access: sessions
   * end, codes are deleted, and the password is cleared, because a code to the old number could have set it.
   * @param mobileNumber E.164
   * @returns a function to call after the commit
   * @throws Problem `not_found`, `mobile_number_taken`
   */
  async replaceIn(manager: EntityManager, userId: string, mobileNumber: string): Promise<() => void> {
    const user = await this.users.lock(userId, manager);
    if (!user) throw Problem.notFound();
    await this.users.changeNumber(userId, mobileNumber, manager);
    await this.networks.forgetIn(manager, userId);
    await this.users.clearPassword(userId, manager);
    if (user.mobileNumber !== null) await this.challenges.deleteOfNumber(user.mobileNumber, manager);
    return this.sessions.endAllIn(manager, userId, null);
  }

  /** The number that the code was sent to. Empty for an unknown id: then no guess is correct, after the same work. */
  private async numberOf(challengeId: string): Promise<string> {
    const id = readChallengeId(challengeId);
    return (id && (await this.challenges.find(id)))?.mobileNumber ?? '';
  }
}
