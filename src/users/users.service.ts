import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { newId } from '../platform/crypto/id.js';
import { Keys } from '../platform/crypto/keys.js';
import { Problem } from '../platform/http/problem.js';
import { toUser, type UserDto } from './user.dto.js';
import type { User } from './user.entity.js';
import { UsersRepository, type UserChanges } from './users.repository.js';

/** What somebody wrote about himself at signup. */
export interface NewProfile {
  name?: string | null;
  email?: string | null;
  passwordHash?: string | null;
}

/** Accounts: find, make on first proof of a number, change. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly clock: Clock,
    private readonly keys: Keys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The signed-in person.
   * @throws Problem `session_ended` when the account is gone
   */
  async me(userId: string): Promise<UserDto> {
    const user = await this.users.findById(userId);
    if (!user) throw new Problem('session_ended');
    return toUser(user, this.clock.now());
  }

  find(userId: string, manager?: EntityManager): Promise<User | null> {
    return this.users.findById(userId, manager);
  }

  findByMobileNumber(mobileNumber: string, manager?: EntityManager): Promise<User | null> {
    return this.users.findByMobileNumber(mobileNumber, manager);
  }

  /**
   * The account of a number that was just proven, made if there is none. `profile` goes to a new account only.
   * @param mobileNumber E.164
   */
  async findOrCreate(
    mobileNumber: string,
    profile: NewProfile,
    sandboxProven: boolean,
    manager?: EntityManager,
  ): Promise<{ user: User; isNew: boolean }> {
    const now = this.clock.now();
    const isNew = await this.users.insertIfAbsent(
      {
        id: newId(),
        mobileNumber,
        name: profile.name ?? null,
        email: profile.email ?? null,
        passwordHash: profile.passwordHash ?? null,
        tier: this.config.quota.defaultTier,
        quotaKey: this.keys.hmac('number-hash', mobileNumber),
        sandboxProven,
        createdAt: now,
        updatedAt: now,
      },
      manager,
    );
    if (!isNew && !sandboxProven) {
      const known = await this.users.findByMobileNumber(mobileNumber, manager);
      if (known?.sandboxProven) await this.users.clearSandboxProof(known.id, now, manager);
    }
    const user = await this.users.findByMobileNumber(mobileNumber, manager);
    if (!user) throw new Error('an account disappeared while it was being signed in to');
    return { user, isNew };
  }

  /** Changes what is given. */
  async change(userId: string, changes: UserChanges, manager?: EntityManager): Promise<void> {
    await this.users.update(userId, changes, this.clock.now(), manager);
  }
}
