import { Inject, Injectable } from '@nestjs/common';
import { hash, verify, type Options } from '@node-rs/argon2';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Problem } from '../../platform/problem/problem.js';

/** argon2id (the package's default variant), m=19456 KiB, t=2, p=1: OWASP's recommended minimum, the contract's floor. */
const PARAMETERS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Waiting hashes per running one: at some 25 ms each the last waits about a second; further callers get 503. */
const QUEUE_PER_SLOT = 32;
/** A hash of an unknown password, compared for accounts without one, so that the work is the same. */
const DECOY =
  '$argon2id$v=19$m=19456,t=2,p=1$bYMhWfn6z/IavtmQRdUuvw$qmHuS+l97UrOQqNKl7NGB/LvOh/vmy1z/LDh0zw7MEg';

/** Hashes and verifies passwords with argon2id, at most PASSWORD_HASH_CONCURRENCY at a time (19 MiB each). */
@Injectable()
export class PasswordHasher {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws Problem `unavailable` when too many wait already */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(canonical(password), PARAMETERS));
  }

  /**
   * True if the password matches the hash. A null hash takes the same time and never matches.
   * @throws Problem `unavailable` when too many wait already
   */
  verify(passwordHash: string | null, password: string): Promise<boolean> {
    return this.inTurn(async () => {
      const right = await verify(passwordHash ?? DECOY, canonical(password));
      return right && passwordHash !== null;
    });
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const slots = this.config.auth.passwordHashConcurrency;
    if (this.running >= slots) {
      if (this.waiting.length >= slots * QUEUE_PER_SLOT) throw Problem.unavailable();
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await work();
    } finally {
      // The slot passes directly to the next waiting caller; only the last one frees it.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}

/** The same password typed on two keyboards can have different code points (NIST SP 800-63B §5.1.1.2: NFKC). */
const canonical = (password: string): string => password.normalize('NFKC');
