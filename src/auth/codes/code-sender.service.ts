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
import { CODE_REQUESTS } from './codes.metrics.js';

export interface SendRequest {
  purpose: ChallengePurpose;
  /** E.164. */
  mobileNumber: string;
  /** The signed-in user, if any. */
  userId?: string;
  /** Requests the same code again. */
  challengeId?: string;
  profile?: NewProfile;
}

/** The answer to a request for a code, whether or not an SMS is sent. */
export interface SentCode {
  challengeId: Buffer;
  /** Remaining life of the code in seconds. */
  expiresIn: number;
  /** The code itself: only where the SMS sandbox may show it. */
  otp?: string;
}

/** A challenge whose send was counted. */
interface Taken extends CeilingOutcome {
  challenge: Challenge;
  isNew: boolean;
}

/** A resend needs a fifth of the code's life: with less it could arrive expired, so a new code is sent. */
const LEAST_LIFE = 0.2;

/**
 * One-time codes by SMS: how a request for a code is taken.
 *
 * Problem: every SMS costs money, a code is worth an account, and neither the answer nor its timing may tell whether a
 * number has an account.
 *
 * How it works: a request stores a challenge (128 random bits with number, purpose and end) and adds a job with its id. The
 * code is not stored anywhere: it is the challenge's HMAC under a server key (code.ts), so database, queue and backups
 * contain nothing to read. The worker derives the code again and sends it (code-delivery.service.ts); the checker derives
 * it to compare, and counts each guess first (code-checker.service.ts): five wrong guesses end a challenge.
 *
 * Three kinds of limits stand in front. Send limits (sign-in-limits.ts) count by network and by number; a refusal is 429.
 * Home networks (sign-in-networks.service.ts), from which the account has signed in, count apart, so that strangers cannot
 * use up the owner's sends. Send ceilings (send-ceilings.ts) bound the bill for numbers without an account (SMS pumping):
 * past a ceiling the answer stays the same 202, and no SMS is sent, because a refusal would tell known from unknown numbers.
 *
 * Work is the same for known and unknown numbers: the same statements, a challenge and a job each; the worker drops what
 * need not be sent. The answer does not wait for the SMS. If the job cannot be added, counts and challenge are taken back
 * and the answer is 503. While the SMS provider is known to be down, requests get 503 before anything is counted.
 *
 * It does not confirm delivery, and it sends no code for a password reset to a number without an account.
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
    const { purpose } = request;
    try {
      const { code, isSent } = await this.take(request, origin);
      CODE_REQUESTS.inc({ purpose, outcome: isSent ? 'accepted' : 'muted' });
      return code;
    } catch (error) {
      const isLimited = error instanceof Problem && error.code === 'otp_send_limited';
      CODE_REQUESTS.inc({ purpose, outcome: isLimited ? 'limited' : 'unavailable' });
      throw error;
    }
  }

  private async take(
    request: SendRequest,
    origin: RequestOrigin,
  ): Promise<{ code: SentCode; isSent: boolean }> {
    await this.availability.assertUp();
    const { mobileNumber, purpose } = request;
    const { isKnown, isHome } = await this.networks.senderOf(mobileNumber, origin.address);
    // A reset code is sent to accounts only, so it cannot add to the bill for unknown numbers.
    const hasNoAccount = !isKnown && purpose !== 'reset';
    const limits = sendLimits(this.keys, this.config.otp, mobileNumber, origin.address, isHome);
    const taken = await this.limits.countWith('otp_send_limited', limits, async (manager) => {
      const live = await this.liveChallenge(request, manager);
      const challenge = live ?? this.newChallenge(request);
      if (!live) await this.challenges.insert(challenge, this.clock.now(), manager);
      const outcome = await this.ceilings.admit(mobileNumber, origin.address, hasNoAccount, manager);
      return { challenge, isNew: !live, ...outcome };
    });
    const { challenge } = taken;
    await this.enqueue(taken, limits);
    const code = {
      challengeId: challenge.id,
      expiresIn: Math.ceil((challenge.expiresAt.getTime() - this.clock.now().getTime()) / 1000),
      // Also for a code that a ceiling does not send: its absence would tell which numbers have an account.
      ...(this.mayShow(origin) && { otp: this.codeOf(challenge) }),
    };
    return { code, isSent: taken.send };
  }

  /** The challenge of a resend: open, of this number and purpose, and not about to expire. Null: a new code is sent. */
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

  /** Adds the job; on failure takes back the counts and the challenge. */
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

  /** The SMS sandbox shows codes to requests of this machine; to others only with SANDBOX_PUBLIC, where anyone may sign in as anyone. */
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
