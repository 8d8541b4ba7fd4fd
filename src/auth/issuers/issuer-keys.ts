import { Logger } from '@nestjs/common';
import { createRemoteJWKSet, errors, type CryptoKey, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../platform/clock/clock.js';
import { withTimeout } from '../../platform/concurrency/with-timeout.js';
import type { TrustedIssuer } from '../../platform/config/trusted-issuers.js';
import { Problem } from '../../platform/problem/problem.js';
import { describeError } from '../../platform/logging/describe-error.js';

/** A key that the issuer has withdrawn is refused after this. */
const REFRESH_MS = 5 * 60_000;
/** Keys stay in use for this long while the issuer does not answer: the longest life of a token. */
const KEEP_MS = 24 * 3600_000;
/** Tokens with unknown keys cause at most one request to the issuer in this time. */
const COOL_DOWN_MS = 10_000;
/** Longest wait of a caller for an issuer (promise 9: an answer within a second). */
const CALLER_WAIT_MS = 700;
/** Longest duration of the request itself, which a slow issuer may finish after its callers have given up. */
const READ_TIMEOUT_MS = 5_000;

/**
 * The public keys of an issuer: read at first use, every few minutes, and when a token names an unknown key. The library jose
 * reads and selects keys; this class decides when to read, because jose alone would ask a dead issuer on every request and
 * drop the keys that it has.
 */
export class IssuerKeys {
  private readonly logger = new Logger('IssuerKeys');
  private readonly remote;
  /** Result of the newest request; rejected once its callers have stopped waiting. */
  private latestRead = Promise.resolve();
  private nextReadAtMs = 0;
  private readAtMs = -Infinity;

  constructor(
    private readonly issuer: TrustedIssuer,
    private readonly clock: Clock,
  ) {
    this.remote = createRemoteJWKSet(new URL(issuer.jwksUrl), {
      timeoutDuration: READ_TIMEOUT_MS,
      cacheMaxAge: Infinity,
      cooldownDuration: Infinity,
    });
  }

  /**
   * The key of a token.
   * @throws Problem `unavailable` for an unknown key while the issuer does not answer
   * @throws errors.JWKSNoMatchingKey when the issuer has no such key
   */
  readonly find: JWTVerifyGetKey = async (header, token): Promise<CryptoKey> => {
    // Known keys stay valid while the issuer is down.
    if (this.age() >= REFRESH_MS) await this.refresh().catch(() => undefined);
    if (this.age() < KEEP_MS) {
      try {
        return await this.remote(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      }
    }
    await this.refresh().catch((error: Error) => {
      throw Problem.unavailable(error, (this.nextReadAtMs - this.clock.now().getTime()) / 1000);
    });
    return this.remote(header, token);
  };

  private age(): number {
    return this.clock.now().getTime() - this.readAtMs;
  }

  /** Reads the keys from the issuer; within the cool-down the last result counts. */
  private refresh(): Promise<void> {
    const now = this.clock.now().getTime();
    if (!this.remote.reloading && now >= this.nextReadAtMs) {
      this.nextReadAtMs = now + COOL_DOWN_MS;
      this.latestRead = withTimeout(this.read(), CALLER_WAIT_MS);
      this.latestRead.catch(() => undefined); // callers that wait get the rejection; without any it must not end the process
    }
    return this.latestRead;
  }

  private async read(): Promise<void> {
    try {
      await this.remote.reload();
    } catch (error) {
      this.logger.warn(
        `keys of issuer ${this.issuer.issuer} not read, keeping the known ones: ${describeError(error, { stack: false })}`,
      );
      throw error;
    }
    this.readAtMs = this.clock.now().getTime();
    // Also when the callers have stopped waiting.
    this.latestRead = Promise.resolve();
  }
}
