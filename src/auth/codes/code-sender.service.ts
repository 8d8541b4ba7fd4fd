import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { Keys } from '../../platform/crypto/keys.js';
import { Problem } from '../../platform/problem/problem.js';
import { MobileNumbersService } from '../../platform/sms/mobile-numbers.service.js';
import { SmsAvailabilityService } from '../../platform/sms/sms-availability.service.js';
import type { NewProfile } from '../../users/users.service.js';
import { sendLimits } from '../limits/sign-in-limits.js';
import { WindowsRepository, type WindowLimit } from '../../platform/limits/windows.repository.js';
import { WindowLimits } from '../../platform/limits/windows.service.js';
import { SendCeilings, type CeilingOutcome } from '../limits/send-ceilings.service.js';
import { SignInNetworks } from '../networks/sign-in-networks.service.js';
import type { RequestOrigin } from '../request-origin.js';
import { MAX_GUESSES, readChallengeId, type Challenge, type ChallengePurpose } from './challenge.js';
import { ChallengesRepository } from './challenges.repository.js';
import { CodeQueue } from './code-queue.js';
import { deriveCode } from './code.js';

export interface SendRequest {
  purpose: ChallengePurpose;
  /** E.164. */
  mobileNumber: string;
  /** Who asks, where somebody is signed in. */
  userId?: string;
  /** Ask for the same code again. */
  challengeId?: string;
  profile?: NewProfile;
}

/** A code is on its way, or seems to be. */
export interface SentCode {
  challengeId: Buffer;
  /** Seconds that the code still works for. */
  expiresIn: number;
  /** The code itself: only where the SMS sandbox may show it. */
  otp?: string;
}

/** A challenge whose send was counted. */
interface Taken extends CeilingOutcome {
  challenge: Challenge;
  isNew: boolean;
}

/** A resend of a code with less life left than a fifth would arrive dead: a new one is sent. */
const LEAST_LIFE = 0.2;

/**
 * Sends codes. The answer does not wait for the SMS, and the work is the same for known and unknown numbers: limits,
 * challenge, ceilings and job; whether there is anybody to send to is seen to by the worker.
 */
@Injectable()
export class CodeSenderService {
  private readonly sandbox: boolean;

  constructor(
    private readonly challenges: ChallengesRepository,
    private readonly queue: CodeQueue,
    private readonly networks: SignInNetworks,
    private readonly limits: WindowLimits,
    private readonly ceilings: SendCeilings,
    private readonly counters: WindowsRepository,
    private readonly availability: SmsAvailabilityService,
    private readonly numbers: MobileNumbersService,
    private readonly database: Database,
    private readonly keys: Keys,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.sandbox = config.otp.delivery === 'sandbox';
  }

  /** @throws Problem `otp_send_limited`, `unavailable` */
  async send(request: SendRequest, origin: RequestOrigin): Promise<SentCode> {
    await this.availability.assertUp();
    const { mobileNumber, purpose } = request;
    const { isKnown, isHome } = await this.networks.senderOf(mobileNumber, origin.address);
    // A reset is sent to accounts only: it costs nothing where there is none.
    const isStrange = !isKnown && purpose !== 'reset';
    const limits = sendLimits(this.keys, this.config.otp, mobileNumber, origin.address, isHome);
    const taken = await this.limits.countWith('otp_send_limited', limits, async (manager) => {
      const live = await this.liveChallenge(request, manager);
      const challenge = live ?? this.newChallenge(request);
      if (!live) await this.challenges.insert(challenge, this.clock.now(), manager);
      const outcome = await this.ceilings.admit(mobileNumber, origin.address, isStrange, manager);
      return { challenge, isNew: !live, ...outcome };
    });
    const { challenge } = taken;
    await this.enqueue(taken, limits);
    return {
      challengeId: challenge.id,
      expiresIn: Math.ceil((challenge.expiresAt.getTime() - this.clock.now().getTime()) / 1000),
      // Also of a code that a ceiling keeps from being sent: that there is none would tell who has an account.
      ...(this.mayShow(origin) && { otp: this.codeOf(challenge) }),
    };
  }

  /** The challenge of a resend: live, of this number and purpose, and not about to end. Anything else is a new send. */
  private async liveChallenge(request: SendRequest, manager: EntityManager): Promise<Challenge | null> {
    const id = request.challengeId === undefined ? null : readChallengeId(request.challengeId);
    if (!id) return null;
    const { purpose, mobileNumber, userId = null } = request;
    const scope = { purpose, mobileNumber, userId, sandboxProven: this.sandbox };
    const known = await this.challenges.findNamed(id, scope, manager);
    if (!known || known.consumedAt || known.wrongGuesses >= MAX_GUESSES) return null;
    const leftMs = known.expiresAt.getTime() - this.clock.now().getTime();
    return leftMs >= this.config.otp.ttlSeconds * 1000 * LEAST_LIFE ? known : null;
  }

  private newChallenge({ purpose, mobileNumber, userId, profile }: SendRequest): Challenge {
    return {
      id: randomBytes(16),
      purpose,
      mobileNumber,
      userId: userId ?? null,
      profile: profile ?? null,
      wrongGuesses: 0,
      sandboxProven: this.sandbox,
      expiresAt: new Date(this.clock.now().getTime() + this.config.otp.ttlSeconds * 1000),
      consumedAt: null,
    };
  }

  /** What cannot be sent was not taken: its counts and its challenge go again. */
  private async enqueue({ challenge, isNew, send, charged }: Taken, limits: WindowLimit[]): Promise<void> {
    try {
      await this.queue.add(challenge.id, send);
    } catch (error) {
      await this.database.tx(async (manager) => {
        await this.counters.giveBack([...limits, ...charged], manager);
        if (isNew) await this.challenges.delete(challenge.id, manager);
      });
      throw Problem.unavailable(error);
    }
  }

  /** In the sandbox the code is shown to this machine; beyond it only where SANDBOX_PUBLIC says that anyone may sign in as anyone. */
  private mayShow(origin: RequestOrigin): boolean {
    return this.sandbox && (origin.isLocal || this.config.sandbox.public);
  }

  private codeOf(challenge: Challenge): string {
    return (
      this.numbers.testCode(challenge.mobileNumber) ??
      deriveCode(this.keys.current('otp').key, challenge, this.config.otp.length)
    );
  }
}
