import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { Keys } from '../../platform/crypto/keys.js';
import { Problem } from '../../platform/problem/problem.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import type { User } from '../../users/user.entity.js';
import { UsersService, type NewProfile } from '../../users/users.service.js';
import { CodeCheckerService } from '../codes/code-checker.service.js';
import { CodeSenderService } from '../codes/code-sender.service.js';
import { passwordLimits } from '../limits/sign-in-limits.js';
import { WindowLimits } from '../../platform/limits/windows.service.js';
import { NetworkRecorder } from '../networks/network-recorder.service.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PasswordRules } from '../passwords/password-rules.js';
import type { RequestOrigin } from '../request-origin.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { TokensDto } from '../tokens/tokens.dto.js';
import { TokensService } from '../tokens/tokens.service.js';
import {
  toCodeSent,
  type CodeSentDto,
  type LoginDto,
  type SendOtpDto,
  type SignUpDto,
  type VerifiedDto,
  type VerifyOtpDto,
} from './sign-in.dto.js';

/** Signs users up and in, with a code or with a number and a password. */
@Injectable()
export class SignInService {
  constructor(
    private readonly sender: CodeSenderService,
    private readonly checker: CodeCheckerService,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly tokens: TokensService,
    private readonly hasher: PasswordHasher,
    private readonly rules: PasswordRules,
    private readonly limits: WindowLimits,
    private readonly networkRecorder: NetworkRecorder,
    private readonly numbers: MobileNumbersService,
    private readonly database: Database,
    private readonly keys: Keys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Stores the profile with a challenge; the account is created when the number is proven. Known numbers get the same answer. */
  async signUp(body: SignUpDto, origin: RequestOrigin): Promise<CodeSentDto> {
    const mobileNumber = this.numbers.read(body.mobile_number);
    const profile = await this.profileOf(body, mobileNumber);
    const sent = await this.sender.send({ purpose: 'login', mobileNumber, profile }, origin);
    return toCodeSent(sent, this.config.otp.length);
  }

  async sendOtp(body: SendOtpDto, origin: RequestOrigin): Promise<CodeSentDto> {
    const mobileNumber = this.numbers.read(body.mobile_number);
    const sent = await this.sender.send(
      { purpose: 'login', mobileNumber, challengeId: body.challenge_id },
      origin,
    );
    return toCodeSent(sent, this.config.otp.length);
  }

  /**
   * Signs in with a code. The first proof of a number creates its account.
   * @throws Problem `otp_invalid`, `otp_attempts_exceeded`, `account_suspended`
   */
  async verifyOtp(body: VerifyOtpDto, origin: RequestOrigin): Promise<VerifiedDto> {
    const mobileNumber = this.numbers.read(body.mobile_number);
    const code = await this.checker.check({
      purpose: 'login',
      mobileNumber,
      code: body.otp,
      challengeId: body.challenge_id,
    });
    const verified = await this.database.tx(async (manager) => {
      // Locks the account before the code: deleting an account and changing its number delete codes in that order.
      await this.users.lockByNumber(mobileNumber, manager);
      await this.checker.consume(code, manager);
      const { user, isNew } = await this.users.findOrCreate(mobileNumber, code.profile ?? {}, manager);
      const now = await this.admit(user, manager);
      if (now?.mobileNumber !== mobileNumber) throw new Problem('otp_invalid');
      const session = await this.sessions.begin(user.id, origin, manager);
      return {
        ...this.tokens.issue(session),
        new_user: isNew,
        profile_applied: isNew && code.profile !== null,
        user: this.users.show(user),
      };
    });
    await this.networkRecorder.afterCode(verified.user.id, mobileNumber, origin);
    return verified;
  }

  /**
   * Signs in with a password. Does the same work for an unknown number and for an account without a password.
   * @throws Problem `credentials_invalid`, `credentials_attempts_exceeded`, `account_suspended`
   */
  async logIn(body: LoginDto, origin: RequestOrigin): Promise<TokensDto> {
    const mobileNumber = this.numbers.read(body.mobile_number);
    const limits = passwordLimits(this.keys, mobileNumber, origin.address);
    await this.limits.count('credentials_attempts_exceeded', limits);
    const user = await this.users.findByMobileNumber(mobileNumber);
    const isRight = await this.hasher.verify(user && this.users.passwordOf(user), body.password);
    if (!user || !isRight) throw new Problem('credentials_invalid');
    await this.limits.giveBack(limits);
    const session = await this.database.tx(async (manager) => {
      const now = await this.admit(user, manager);
      if (now?.mobileNumber !== mobileNumber || now.passwordHash !== user.passwordHash)
        throw new Problem('credentials_invalid');
      return this.sessions.begin(user.id, origin, manager);
    });
    await this.networkRecorder.afterPassword(user.id, mobileNumber, origin);
    return this.tokens.issue(session);
  }

  /**
   * Locks the account until the new session is committed. A suspension, a new number and a new password end the sessions that
   * they find; a session that begins at the same time must not survive them.
   * @throws Problem `account_suspended`
   */
  private async admit({ id }: User, manager: EntityManager): Promise<User | null> {
    const user = await this.users.lock(id, manager);
    if (user?.suspendedAt) throw new Problem('account_suspended');
    return user;
  }

  private async profileOf(body: SignUpDto, mobileNumber: string): Promise<NewProfile | undefined> {
    const { name, email, password } = body;
    if (password !== undefined) this.rules.assertUsable('password', password, mobileNumber);
    if (name === undefined && email === undefined && password === undefined) return undefined;
    return {
      name,
      email,
      passwordHash: password === undefined ? undefined : await this.hasher.hash(password),
    };
  }
}
