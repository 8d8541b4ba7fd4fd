import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { Keys } from '../../platform/crypto/keys.js';
import { FIELD_PROBLEMS } from '../../platform/problem/problem-table.js';
import type { Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/problem/problem.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import { UsersService } from '../../users/users.service.js';
import { CodeCheckerService } from '../codes/code-checker.service.js';
import { CodeSenderService } from '../codes/code-sender.service.js';
import { currentPasswordLimits } from '../limits/sign-in-limits.js';
import { WindowLimits } from '../../platform/limits/windows.service.js';
import type { RequestOrigin } from '../request-origin.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { toCodeSent, type CodeSentDto } from '../sign-in/sign-in.dto.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordRules } from './password-rules.js';
import type { ChangePasswordDto, ForgotPasswordDto, ResetPasswordDto } from './passwords.dto.js';

/** Sets passwords, proven by a code or by the current password. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly sender: CodeSenderService,
    private readonly checker: CodeCheckerService,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly hasher: PasswordHasher,
    private readonly rules: PasswordRules,
    private readonly limits: WindowLimits,
    private readonly numbers: MobileNumbersService,
    private readonly database: Database,
    private readonly keys: Keys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Requests a reset code. Unknown numbers get the same answer and no code. */
  async forgot(body: ForgotPasswordDto, origin: RequestOrigin): Promise<CodeSentDto> {
    const mobileNumber = this.numbers.read(body.mobile_number);
    const sent = await this.sender.send({ purpose: 'reset', mobileNumber }, origin);
    return toCodeSent(sent, this.config.otp.length);
  }

  /**
   * Sets a new password and ends every session, including those of a person who knew the old password.
   * @throws Problem `otp_invalid`, `otp_attempts_exceeded`, `account_suspended`
   */
  async reset(body: ResetPasswordDto): Promise<void> {
    const mobileNumber = this.numbers.read(body.mobile_number);
    this.rules.assertUsable('new_password', body.new_password, mobileNumber);
    const code = await this.checker.check({
      purpose: 'reset',
      mobileNumber,
      code: body.otp,
      challengeId: body.challenge_id,
    });
    const passwordHash = await this.hasher.hash(body.new_password);
    const announceEnd = await this.database.tx(async (manager) => {
      // Locks the account before the code, in the same order as signing in.
      const user = await this.users.lockByNumber(mobileNumber, manager);
      await this.checker.consume(code, manager);
      if (!user) throw new Problem('otp_invalid');
      if (user.suspendedAt) throw new Problem('account_suspended');
      await this.users.setPassword(user, passwordHash, manager);
      return this.sessions.endAllIn(manager, user.id, null);
    });
    announceEnd();
  }

  /**
   * Changes the password and ends every other session.
   * @throws Problem `validation_failed` with `mismatch`, `credentials_attempts_exceeded`, `step_up_required`
   */
  async change(principal: Principal, body: ChangePasswordDto): Promise<void> {
    const user = await this.users.find(principal.userId);
    if (!user) throw new Problem('session_ended');
    this.rules.assertUsable('new_password', body.new_password, user.mobileNumber);
    const current = this.users.passwordOf(user);
    if (current === null) await this.sessions.assertFresh(principal);
    else await this.assertCurrent(principal.userId, current, body.current_password);
    const passwordHash = await this.hasher.hash(body.new_password);
    const announceEnd = await this.database.tx(async (manager) => {
      // Of two concurrent changes the second fails: its current password has been replaced.
      if (!(await this.users.setPassword(user, passwordHash, manager))) throw mismatch();
      return this.sessions.endAllIn(manager, user.id, principal.sessionId);
    });
    announceEnd();
  }

  private async assertCurrent(userId: string, hash: string, given: string | undefined): Promise<void> {
    if (given === undefined)
      throw Problem.field('current_password', 'required', 'current_password is required.');
    const limits = currentPasswordLimits(this.keys, userId);
    await this.limits.count('credentials_attempts_exceeded', limits);
    if (!(await this.hasher.verify(hash, given))) throw mismatch();
    await this.limits.giveBack(limits);
  }
}

const mismatch = () => Problem.field('current_password', 'mismatch', FIELD_PROBLEMS.mismatch);
