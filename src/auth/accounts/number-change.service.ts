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
import { ArrivalsService } from '../networks/arrivals.service.js';
import { SignInNetworks } from '../networks/sign-in-networks.service.js';
import type { RequestOrigin } from '../request-origin.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { toCodeSent, type CodeSentDto } from '../sign-in/sign-in.dto.js';
import type { ConfirmNumberDto, NewNumberDto } from './accounts.dto.js';

/** Another mobile number for an account: the new one is proven first, and only who has proven it learns that it is taken. */
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
    private readonly arrivals: ArrivalsService,
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
   * Makes it the account's; every other session ends.
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
    const told = await this.database.tx(async (manager) => {
      // The account before the code, as in signing in.
      const user = await this.users.lock(userId, manager);
      // While we waited the session may have ended: by a ban, or by an operator who has given the account back to its owner.
      await this.sessions.assertFresh(principal, manager);
      await this.checker.consume(right, manager);
      await this.users.changeNumber(userId, mobileNumber, manager);
      await this.networks.forgetIn(manager, userId);
      // Whoever has the old number next is told nothing of the codes that went to it.
      const left = user?.mobileNumber ?? null;
      if (left !== null && left !== mobileNumber) await this.challenges.deleteOfNumber(left, manager);
      return this.sessions.endAllIn(manager, userId, sessionId);
    });
    told();
    await this.arrivals.byCode(userId, mobileNumber, origin);
    return this.users.me(userId);
  }

  /**
   * By an operator, for who has lost the number and can prove nothing with it. Whoever has it now is left nothing: sessions
   * end, codes die, and the password goes, because a code to the old number could have set it.
   * @param mobileNumber E.164
   * @returns to be called when it has been committed
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

  /** What the code was sent to. Nothing for a strange id: then no guess is right, after the same work. */
  private async numberOf(challengeId: string): Promise<string> {
    const id = readChallengeId(challengeId);
    return (id && (await this.challenges.find(id)))?.mobileNumber ?? '';
  }
}
