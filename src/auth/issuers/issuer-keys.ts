import { Logger } from '@nestjs/common';
import { createRemoteJWKSet, errors, type CryptoKey, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../platform/clock/clock.js';
import { withTimeout } from '../../platform/concurrency/with-timeout.js';
import type { TrustedIssuer } from '../../platform/config/trusted-issuers.js';
import { Problem } from '../../platform/problem/problem.js';
import { describeError } from '../../platform/logging/describe-error.js';

/** A key that the issuer has taken back is refused after this. */
const REFRESH_MS = 5 * 60_000;
/** How long keys go on when the issuer does not answer: as long as a token may live. */
const KEEP_MS = 24 * 3600_000;
/** Tokens with unknown keys, however many, make one question in this time. */
const COOL_DOWN_MS = 10_000;
/** A request waits so long for an issuer that does not answer (promise 9: an answer within a second) … */
const PATIENCE_MS = 700;
/** … while the question itself goes on, for one that is slow. */
const QUESTION_MS = 5_000;

/**
 * The public keys of an issuer: read when they are needed first, again every few minutes, and when a token names one that
 * is not there. jose reads and picks them; when, is decided here: it would ask a dead issuer on each request, and drop
 * the keys that it has.
 */
export class IssuerKeys {
  private readonly logger = new Logger('IssuerKeys');
  private readonly remote;
  /** How the newest question ended; rejected from the moment that nobody waits for it any more. */
  private answer = Promise.resolve();
  private askAgainAtMs = 0;
  private readAtMs = -Infinity;

  constructor(
    private readonly issuer: TrustedIssuer,
    private readonly clock: Clock,
  ) {
    this.remote = createRemoteJWKSet(new URL(issuer.jwksUrl), {
      timeoutDuration: QUESTION_MS,
      cacheMaxAge: Infinity,
      cooldownDuration: Infinity,
    });
  }

  /**
   * The key of a token.
   * @throws Problem `unavailable` when it may be one that the issuer cannot be asked for
   * @throws errors.JWKSNoMatchingKey when it has no such key
   */
  readonly find: JWTVerifyGetKey = async (header, token): Promise<CryptoKey> => {
    // An issuer that is down takes nothing from the keys that are here.
    if (this.age() >= REFRESH_MS) await this.ask().catch(() => undefined);
    if (this.age() < KEEP_MS) {
      try {
        return await this.remote(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      }
    }
    await this.ask().catch((error: Error) => {
      throw Problem.unavailable(error, (this.askAgainAtMs - this.clock.now().getTime()) / 1000);
    });
    return this.remote(header, token);
  };

  private age(): number {
    return this.clock.now().getTime() - this.readAtMs;
  }

  /** Asks the issuer, unless that has just been done: then that answer counts. */
  private ask(): Promise<void> {
    const now = this.clock.now().getTime();
    if (!this.remote.reloading && now >= this.askAgainAtMs) {
      this.askAgainAtMs = now + COOL_DOWN_MS;
      this.answer = withTimeout(this.read(), PATIENCE_MS);
      this.answer.catch(() => undefined); // heard by those who wait, if any
    }
    return this.answer;
  }

  private async read(): Promise<void> {
    try {
      await this.remote.reload();
    } catch (error) {
      this.logger.warn(
        `the keys of ${this.issuer.issuer} cannot be read: ${describeError(error, { stack: false })}`,
      );
      throw error;
    }
    this.readAtMs = this.clock.now().getTime();
    // Also where nobody had the patience.
    this.answer = Promise.resolve();
  }
}
