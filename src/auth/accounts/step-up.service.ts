import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import { Database } from '../../platform/database/database.js';
import type { Principal } from '../../platform/http/principal.js';
import { Problem } from '../../platform/problem/problem.js';
import type { User } from '../../users/user.entity.js';
import { UsersService } from '../../users/users.service.js';
import { CodeCheckerService } from '../codes/code-checker.service.js';
import { CodeSenderService } from '../codes/code-sender.service.js';
import { currentPasswordLimits } from '../limits/sign-in-limits.js';
import { WindowLimits } from '../../platform/limits/windows.service.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import type { RequestOrigin } from '../request-origin.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { toCodeSent, type CodeSentDto } from '../sign-in/sign-in.dto.js';
import type { StepUpDto } from './accounts.dto.js';

/** Step-up: the user proves their identity again in an open session, which makes it fresh. */
@Injectable()
export class StepUpService {
  constructor(
    private readonly sender: CodeSenderService,
    private readonly checker: CodeCheckerService,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly hasher: PasswordHasher,
    private readonly limits: WindowLimits,
    private readonly database: Database,
    private readonly keys: Keys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Without a proof, sends a code to the user's own number; with a code or the password, makes the session fresh.
   * @returns null when the session is fresh
   * @throws Problem `otp_send_limited`, `otp_invalid`, `otp_attempts_exceeded`, `credentials_invalid`,
   * `credentials_attempts_exceeded`, `validation_failed`
   */
  async stepUp(principal: Principal, body: StepUpDto, origin: RequestOrigin): Promise<CodeSentDto | null> {
    const user = await this.users.find(principal.userId);
    if (!user) throw new Problem('session_ended');
    if (body.password !== undefined && body.otp !== undefined)
      throw Problem.field('password', 'invalid', 'Send a code or the password, not both.');
    if (body.password !== undefined) await this.byPassword(principal, user, body.password);
    else if (body.otp !== undefined)
      await this.byCode(principal, numberOf(user), body.otp, body.challenge_id);
    else return this.sendCode(user, body.challenge_id, origin);
    return null;
  }

  private async sendCode(
    user: User,
    challengeId: string | undefined,
    origin: RequestOrigin,
  ): Promise<CodeSentDto> {
    const request = {
      purpose: 'step_up',
      mobileNumber: numberOf(user),
      userId: user.id,
      challengeId,
    } as const;
    return toCodeSent(await this.sender.send(request, origin), this.config.otp.length);
  }

  private async byCode(
    principal: Principal,
    mobileNumber: string,
    code: string,
    challengeId: string | undefined,
  ): Promise<void> {
    const { userId } = principal;
    const right = await this.checker.check({ purpose: 'step_up', mobileNumber, userId, code, challengeId });
    await this.database.tx(async (manager) => {
      // Locks the account before the code, as in signing in. The number may have changed meanwhile.
      const user = await this.users.lock(userId, manager);
      if (user?.mobileNumber !== mobileNumber) throw new Problem('otp_invalid');
      await this.checker.consume(right, manager);
      await this.sessions.stepUp(principal, manager);
    });
  }

  private async byPassword(principal: Principal, user: User, password: string): Promise<void> {
    const limits = currentPasswordLimits(this.keys, user.id);
    await this.limits.count('credentials_attempts_exceeded', limits);
    if (!(await this.hasher.verify(this.users.passwordOf(user), password)))
      throw new Problem('credentials_invalid');
    await this.limits.giveBack(limits);
    await this.sessions.stepUp(principal);
  }
}

/** Accounts of a trusted issuer have no mobile number to send a code to. */
function numberOf({ mobileNumber }: User): string {
  if (mobileNumber === null)
    throw new Problem(
      'validation_failed',
      'This account has no mobile number. Sign in at the token’s issuer again instead.',
    );
  return mobileNumber;
}
