import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { newId } from '../platform/crypto/id.js';
import { Keys } from '../platform/crypto/keys.js';
import { afterCommit } from '../platform/database/after-commit.js';
import { Problem } from '../platform/problem/problem.js';
import type { TierUntil } from './tier-until.js';
import { countTierChange, SIGN_UPS_OF_DAY } from './users.metrics.js';
import { toUser, type UpdateUserDto, type UserDto } from './user.dto.js';
import type { Role, User } from './user.entity.js';
import { UsersRepository, type OperatorChanges } from './users.repository.js';

/** The profile given at sign-up. */
export interface NewProfile {
  name?: string;
  email?: string;
  passwordHash?: string;
}

/** Finds, creates and changes accounts. */
@Injectable()
export class UsersService {
  /** Whether proofs by the SMS sandbox count in this process. */
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
   * The signed-in user's account.
   * @throws Problem `session_ended` when the account is gone
   */
  async me(userId: string): Promise<UserDto> {
    const user = await this.users.findById(userId);
    if (!user) throw new Problem('session_ended');
    return this.show(user);
  }

  /** Changes the given fields; null clears a field. */
  async updateMe(userId: string, { name, email }: UpdateUserDto): Promise<UserDto> {
    const changes = {
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email, emailVerified: false }),
    };
    if (Object.keys(changes).length > 0) await this.users.update(userId, changes, this.clock.now());
    return this.me(userId);
  }

  /** Records that the account is in use, so that it is not dormant. */
  noteActive(userId: string): Promise<void> {
    return this.users.noteActive(userId, this.clock.now());
  }

  find(userId: string, manager?: EntityManager): Promise<User | null> {
    return this.users.findById(userId, manager);
  }

  /** Locks the account until the transaction ends: other changes and sign-ins wait. */
  lock(userId: string, manager: EntityManager): Promise<User | null> {
    return this.users.lock(userId, manager);
  }

  /** The same by number, E.164; null also if the account gets another number during the wait. */
  lockByNumber(mobileNumber: string, manager: EntityManager): Promise<User | null> {
    return this.users.lockByNumber(mobileNumber, manager);
  }

  /** @param mobileNumber E.164 */
  findByMobileNumber(mobileNumber: string, manager?: EntityManager): Promise<User | null> {
    return this.users.findByMobileNumber(mobileNumber, manager);
  }

  /**
   * Finds or creates the account of a number that was just proven. `profile` is applied to a new account only.
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
    if (!user) throw new Error('the account disappeared during its sign-in');
    if (isNew) afterCommit(manager, () => SIGN_UPS_OF_DAY.add());
    return { user, isNew };
  }

  /**
   * Creates the account of a user of a trusted issuer, without a number.
   * @param quotaKey key of the user's day's count, which outlives the account
   */
  async createWithoutNumber(profile: NewProfile, quotaKey: Buffer, manager: EntityManager): Promise<string> {
    const user = { ...this.newUser(profile, quotaKey), mobileNumber: null };
    await this.users.insertIfAbsent(user, manager);
    afterCommit(manager, () => SIGN_UPS_OF_DAY.add());
    return user.id;
  }

  /** The valid password's hash. A password set in the SMS sandbox is void without the sandbox. */
  passwordOf(user: User): string | null {
    return user.sandboxProven && !this.sandbox ? null : user.passwordHash;
  }

  /**
   * Sets a number that was just proven. The day's count moves with it, so that a new number does not give a new day.
   * @param mobileNumber E.164
   * @throws Problem `mobile_number_taken`
   */
  async changeNumber(userId: string, mobileNumber: string, manager: EntityManager): Promise<void> {
    const quotaKey = this.keys.hmac('number-hash', mobileNumber);
    const number = { mobileNumber, quotaKey, sandboxProven: this.sandbox };
    if (!(await this.users.changeNumber(userId, number, this.clock.now(), manager)))
      throw new Problem('mobile_number_taken');
  }

  /** Clears the password, which a holder of the old number may have set. */
  clearPassword(userId: string, manager: EntityManager): Promise<void> {
    return this.users.clearPassword(userId, manager);
  }

  /** Changes fields that only operators may change. */
  setByOperator(userId: string, changes: OperatorChanges, manager: EntityManager): Promise<void> {
    return this.users.setByOperator(userId, changes, manager);
  }

  /** Tells whether the user may act as an operator now: not while suspended, nor with a proof by the SMS sandbox that does not count. */
  async isAdmin(userId: string): Promise<boolean> {
    const user = await this.users.findById(userId);
    return user !== null && user.suspendedAt === null && this.roleOf(user) === 'admin';
  }

  countAdmins(manager: EntityManager): Promise<number> {
    return this.users.countAdmins(manager);
  }

  /** The valid role. An admin proven only by the SMS sandbox is a user without the sandbox. */
  roleOf(user: Pick<User, 'role' | 'sandboxProven'>): Role {
    return user.sandboxProven && !this.sandbox ? 'user' : user.role;
  }

  /** Replaces the password that `user` was read with; false when it has changed since. */
  setPassword(user: User, passwordHash: string, manager: EntityManager): Promise<boolean> {
    return this.users.setPassword(user, passwordHash, this.sandbox, this.clock.now(), manager);
  }

  /**
   * Sets the tier under the account's lock; `decide` computes it from the current tier and the operator's grant.
   * @returns whether it changed; false for a deleted account
   */
  async setTier(
    userId: string,
    decide: (before: TierUntil, grantedUntil: Date | null) => TierUntil,
    manager: EntityManager,
  ): Promise<boolean> {
    const user = await this.users.lock(userId, manager);
    if (!user) return false;
    const before = { tier: user.tier, endsAt: user.tierEndsAt };
    const { tier, endsAt } = decide(before, user.proGrantedUntil);
    if (tier === before.tier && endsAt?.getTime() === before.endsAt?.getTime()) return false;
    await this.users.setTier(userId, tier, endsAt, manager);
    afterCommit(manager, () => countTierChange(before, { tier, endsAt }, this.clock.now()));
    return true;
  }

  /** Users with Pro, by id. */
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
