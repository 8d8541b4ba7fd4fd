import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import type { Tier } from '../platform/config/tier.js';
import { newId } from '../platform/crypto/id.js';
import { Keys } from '../platform/crypto/keys.js';
import { Problem } from '../platform/problem/problem.js';
import { toUser, type UpdateUserDto, type UserDto } from './user.dto.js';
import type { Role, User } from './user.entity.js';
import { UsersRepository, type OperatorChanges } from './users.repository.js';

/** What somebody wrote about himself at signup. */
export interface NewProfile {
  name?: string;
  email?: string;
  passwordHash?: string;
}

/** A tier and its end. */
export interface TierUntil {
  tier: Tier;
  /** Null: no end. */
  endsAt: Date | null;
}

/** Accounts: find, make on first proof of a number, change. */
@Injectable()
export class UsersService {
  /** Does this process take what the SMS sandbox proves? */
  private readonly sandbox: boolean;

  constructor(
    private readonly users: UsersRepository,
    private readonly clock: Clock,
    private readonly keys: Keys,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.sandbox = config.otp.delivery === 'sandbox';
  }

  /**
   * The signed-in person.
   * @throws Problem `session_ended` when the account is gone
   */
  async me(userId: string): Promise<UserDto> {
    const user = await this.users.findById(userId);
    if (!user) throw new Problem('session_ended');
    return this.show(user);
  }

  /** Changes what is given; null clears. */
  async updateMe(userId: string, { name, email }: UpdateUserDto): Promise<UserDto> {
    const changes = {
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email, emailVerified: false }),
    };
    if (Object.keys(changes).length > 0) await this.users.update(userId, changes, this.clock.now());
    return this.me(userId);
  }

  /** Somebody uses the account: it is not dormant. */
  noteActive(userId: string): Promise<void> {
    return this.users.noteActive(userId, this.clock.now());
  }

  find(userId: string, manager?: EntityManager): Promise<User | null> {
    return this.users.findById(userId, manager);
  }

  /** The account as it is now, held until the transaction ends: whoever else changes it, or signs in to it, waits. */
  lock(userId: string, manager: EntityManager): Promise<User | null> {
    return this.users.lock(userId, manager);
  }

  /** The same by its number, E.164; null also for one that is given away meanwhile. */
  lockByNumber(mobileNumber: string, manager: EntityManager): Promise<User | null> {
    return this.users.lockByNumber(mobileNumber, manager);
  }

  /** @param mobileNumber E.164 */
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
    manager: EntityManager,
  ): Promise<{ user: User; isNew: boolean }> {
    const quotaKey = this.keys.hmac('number-hash', mobileNumber);
    const fresh = { ...this.newUser(profile, quotaKey), mobileNumber, sandboxProven: this.sandbox };
    const isNew = await this.users.insertIfAbsent(fresh, manager);
    let user = await this.users.findByMobileNumber(mobileNumber, manager);
    if (user?.sandboxProven && !this.sandbox) {
      await this.users.clearSandboxProof(user.id, this.clock.now(), manager);
      user = await this.users.findByMobileNumber(mobileNumber, manager);
    }
    if (!user) throw new Error('an account disappeared while it was being signed in to');
    return { user, isNew };
  }

  /**
   * Makes the account of somebody who signs in at another issuer: without a number, proven by none of our codes.
   * @param quotaKey what his day's count belongs to, also when he deletes the account and comes back
   */
  async createWithoutNumber(profile: NewProfile, quotaKey: Buffer, manager: EntityManager): Promise<string> {
    const user = { ...this.newUser(profile, quotaKey), mobileNumber: null };
    await this.users.insertIfAbsent(user, manager);
    return user.id;
  }

  /** The password's hash where it counts: what was set in the SMS sandbox is void elsewhere. */
  passwordOf(user: User): string | null {
    return user.sandboxProven && !this.sandbox ? null : user.passwordHash;
  }

  /**
   * Gives the account a number that was just proven. The day's count goes along: a number is no way to a new day.
   * @param mobileNumber E.164
   * @throws Problem `mobile_number_taken`
   */
  async changeNumber(userId: string, mobileNumber: string, manager: EntityManager): Promise<void> {
    const quotaKey = this.keys.hmac('number-hash', mobileNumber);
    const number = { mobileNumber, quotaKey, sandboxProven: this.sandbox };
    if (!(await this.users.changeNumber(userId, number, this.clock.now(), manager)))
      throw new Problem('mobile_number_taken');
  }

  /** Whoever had the number may have set it. */
  clearPassword(userId: string, manager: EntityManager): Promise<void> {
    return this.users.clearPassword(userId, manager);
  }

  /** Changes what only an operator may. */
  setByOperator(userId: string, changes: OperatorChanges, manager: EntityManager): Promise<void> {
    return this.users.setByOperator(userId, changes, manager);
  }

  /** May this person act as an operator, right now? Not while suspended, nor by what only the SMS sandbox has proven. */
  async isAdmin(userId: string): Promise<boolean> {
    const user = await this.users.findById(userId);
    return user !== null && user.suspendedAt === null && this.roleOf(user) === 'admin';
  }

  countAdmins(manager: EntityManager): Promise<number> {
    return this.users.countAdmins(manager);
  }

  /** The role where it counts: what was proven in the SMS sandbox is void elsewhere. */
  roleOf(user: Pick<User, 'role' | 'sandboxProven'>): Role {
    return user.sandboxProven && !this.sandbox ? 'user' : user.role;
  }

  /** Replaces the password that `user` was read with; false when it has been replaced meanwhile. */
  setPassword(user: User, passwordHash: string, manager: EntityManager): Promise<boolean> {
    return this.users.setPassword(user, passwordHash, this.sandbox, this.clock.now(), manager);
  }

  /**
   * Sets the tier, under the account's lock, to what `decide` makes of the one that it has and of what an operator has
   * granted.
   * @returns has it changed? false for an account that is gone
   */
  async setTier(
    userId: string,
    decide: (before: TierUntil, grantedUntil: Date | null) => TierUntil,
    manager: EntityManager,
  ): Promise<boolean> {
    const user = await this.users.lock(userId, manager);
    if (!user) return false;
    const { tier, endsAt } = decide({ tier: user.tier, endsAt: user.tierEndsAt }, user.proGrantedUntil);
    if (tier === user.tier && endsAt?.getTime() === user.tierEndsAt?.getTime()) return false;
    await this.users.setTier(userId, tier, endsAt, manager);
    return true;
  }

  /** Who has Pro, by id. */
  readonly listPro = (after: string | null, limit: number): Promise<string[]> =>
    this.users.listPro(after, limit);

  /** The account as its owner sees it. */
  show(user: User): UserDto {
    const counted = { ...user, passwordHash: this.passwordOf(user), role: this.roleOf(user) };
    return toUser(counted, this.clock.now());
  }

  private newUser(
    { name, email, passwordHash }: NewProfile,
    quotaKey: Buffer,
  ): Partial<User> & { id: string } {
    const now = this.clock.now();
    return {
      id: newId(),
      name: name ?? null,
      email: email ?? null,
      passwordHash: passwordHash ?? null,
      tier: this.config.quota.defaultTier,
      quotaKey,
      lastActiveAt: now,
      createdAt: now,
      updatedAt: now,
    };
  }
}
