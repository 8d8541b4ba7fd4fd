import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Keys } from '../../platform/crypto/keys.js';
import { Problem } from '../../platform/problem/problem.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import type { NewProfile } from '../../users/users.service.js';
import { unnamedGuessLimits } from '../limits/sign-in-limits.js';
import { WindowLimits } from '../../platform/limits/windows.service.js';
import { MAX_GUESSES, readChallengeId, type Challenge, type ChallengePurpose } from './challenge.js';
import { ChallengesRepository, type ChallengeScope } from './challenges.repository.js';
import { equalTexts, isCodeOf } from './code.js';

/** A code as a client sent it. */
export interface Guess {
  purpose: ChallengePurpose;
  /** E.164. */
  mobileNumber: string;
  /** The signed-in user, if any. */
  userId?: string;
  code: string;
  challengeId?: string;
}

/** A correct code that is not used up yet. */
export interface RightCode {
  challengeId: Buffer;
  /** The profile stored with the challenge; null unless the guess named the challenge's id. */
  profile: NewProfile | null;
}

/** Compared where no challenge exists: the same work, and never correct. */
const DECOY: Pick<Challenge, 'id' | 'purpose' | 'mobileNumber'> = {
  id: Buffer.alloc(16),
  purpose: 'login',
  mobileNumber: '',
};

/** Checks codes. Every attempt is counted before its comparison, so that parallel guesses cannot exceed the limit. */
@Injectable()
export class CodeCheckerService {
  private readonly sandboxProven: boolean;

  constructor(
    private readonly challenges: ChallengesRepository,
    private readonly limits: WindowLimits,
    private readonly numbers: MobileNumbersService,
    private readonly keys: Keys,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.sandboxProven = config.otp.delivery === 'sandbox';
  }

  /**
   * Checks a code without using it up.
   * @throws Problem `otp_invalid`, `otp_attempts_exceeded`
   */
  check(guess: Guess): Promise<RightCode> {
    return guess.challengeId === undefined
      ? this.checkUnnamed(guess)
      : this.checkNamed(guess, guess.challengeId);
  }

  /**
   * Uses up a correct code, in the transaction of the action that it allows.
   * @throws Problem `otp_invalid` for all but the first of several concurrent calls
   */
  async consume({ challengeId }: RightCode, manager: EntityManager): Promise<void> {
    if (!(await this.challenges.consume(challengeId, this.clock.now(), manager)))
      throw new Problem('otp_invalid');
  }

  /** A guess with a challenge's id: five wrong ones end this challenge and no other. */
  private async checkNamed(guess: Guess, idText: string): Promise<RightCode> {
    const id = readChallengeId(idText);
    const scope = this.scopeOf(guess);
    const challenge = id && (await this.challenges.countGuess(id, scope, this.clock.now()));
    const isRight = this.isRight(challenge, guess);
    if (challenge && isRight) return { challengeId: challenge.id, profile: challenge.profile };
    if (id && !challenge) await this.refuseEnded(id, scope);
    throw new Problem('otp_invalid');
  }

  /** A guess without an id: compared with the newest challenge; wrong guesses count by number and purpose. */
  private async checkUnnamed(guess: Guess): Promise<RightCode> {
    const limits = unnamedGuessLimits(this.keys, guess.purpose, guess.mobileNumber);
    await this.limits.count('otp_attempts_exceeded', limits);
    const challenge = await this.challenges.findNewest(this.scopeOf(guess), this.clock.now());
    if (!this.isRight(challenge, guess) || !challenge) throw new Problem('otp_invalid');
    await this.limits.giveBack(limits);
    return { challengeId: challenge.id, profile: null };
  }

  /** Reports used-up guesses to clients that hold the challenge's id. */
  private async refuseEnded(id: Buffer, scope: ChallengeScope): Promise<void> {
    const challenge = await this.challenges.findNamed(id, scope);
    if (!challenge || challenge.consumedAt || challenge.wrongGuesses < MAX_GUESSES) return;
    const leftMs = challenge.expiresAt.getTime() - this.clock.now().getTime();
    if (leftMs > 0) throw Problem.limited('otp_attempts_exceeded', leftMs / 1000);
  }

  private isRight(challenge: Challenge | null, { mobileNumber, code }: Guess): boolean {
    const guess = code.replace(/[\s-]/g, '');
    const keys = this.keys.all('otp').map(({ key }) => key);
    const derived = isCodeOf(keys, challenge ?? DECOY, this.config.otp.length, guess);
    const fixed = this.numbers.testCode(mobileNumber);
    return challenge !== null && (fixed === null ? derived : equalTexts(fixed, guess));
  }

  private scopeOf({ purpose, mobileNumber, userId }: Guess): ChallengeScope {
    return { purpose, mobileNumber, userId: userId ?? null, sandboxProven: this.sandboxProven };
  }
}
