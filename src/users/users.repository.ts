import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, MoreThan, Not, Repository, type EntityManager } from 'typeorm';
import type { Tier } from '../platform/config/tier.js';
import { Database } from '../platform/database/database.js';
import { statement } from '../platform/database/statement.js';
import { User } from './user.entity.js';

/** What may change of an account by its owner's hand. */
export type UserChanges = Partial<Pick<User, 'name' | 'email' | 'emailVerified'>>;

const DAY_MS = 24 * 3600 * 1000;

/** What may change of it by an operator's hand. */
export type OperatorChanges = Partial<Pick<User, 'role' | 'suspendedAt' | 'proGrantedUntil'>>;

/**
 * Each day's count goes along to the new key, and stays with the old one: a number that is free again is no new day, for who
 * has left it least of all. The greater of the two, where the new one has a count: who comes back has used nothing twice.
 */
const COPY_COUNTS = statement<{ from: Buffer; to: Buffer }>(
  'users-copy-counts',
  `
  insert into daily_usage as usage (quota_key, day, used, refunded)
  select :to::bytea, day, used, refunded from daily_usage where quota_key = :from
  on conflict (quota_key, day) do update
  set used = greatest(usage.used, excluded.used), refunded = greatest(usage.refunded, excluded.refunded)`,
);

/** The users table. Every read names whose account it is. */
@Injectable()
export class UsersRepository {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly database: Database,
  ) {}

  findById(userId: string, manager?: EntityManager): Promise<User | null> {
    return this.in(manager).findOneBy({ id: userId });
  }

  /** Holds the row until the transaction ends, from others who want to change it too; those who send go on. */
  lock(userId: string, manager: EntityManager): Promise<User | null> {
    return this.in(manager).findOne({ where: { id: userId }, lock: { mode: 'for_no_key_update' } });
  }

  /** The person has changed nothing: `updatedAt` stays. */
  async setTier(userId: string, tier: Tier, endsAt: Date | null, manager: EntityManager): Promise<void> {
    await this.in(manager).update({ id: userId }, { tier, tierEndsAt: endsAt });
  }

  /** The same by number. One that is given away while we wait is nobody's. */
  lockByNumber(mobileNumber: string, manager: EntityManager): Promise<User | null> {
    return this.in(manager).findOne({ where: { mobileNumber }, lock: { mode: 'for_no_key_update' } });
  }

  /** The person has changed nothing: `updatedAt` stays. */
  async setByOperator(userId: string, changes: OperatorChanges, manager: EntityManager): Promise<void> {
    await this.in(manager).update({ id: userId }, changes);
  }

  /** Looks at everybody: for the command line. */
  countAdmins(manager: EntityManager): Promise<number> {
    return this.in(manager).countBy({ role: 'admin' });
  }

  async clearPassword(userId: string, manager: EntityManager): Promise<void> {
    await this.in(manager).update({ id: userId }, { passwordHash: null });
  }

  /** By id. Index users_pro_idx. */
  async listPro(after: string | null, limit: number): Promise<string[]> {
    const found = await this.users.find({
      select: { id: true },
      where: { tier: 'pro', ...(after !== null && { id: MoreThan(after) }) },
      order: { id: 'asc' },
      take: limit,
    });
    return found.map(({ id }) => id);
  }

  /**
   * Accounts with a number that nobody has used since `before`, by id. Index users_last_active_at_idx.
   */
  listUnused(before: Date, after: string | null, limit: number): Promise<User[]> {
    return this.users.find({
      where: {
        mobileNumber: Not(IsNull()),
        lastActiveAt: LessThan(before),
        ...(after !== null && { id: MoreThan(after) }),
      },
      order: { id: 'asc' },
      take: limit,
    });
  }

  /** Somebody uses the account: written once a day, where it is read to within a day. */
  async noteActive(userId: string, now: Date): Promise<void> {
    await this.users.update(
      { id: userId, lastActiveAt: LessThan(new Date(now.getTime() - DAY_MS)) },
      { lastActiveAt: now },
    );
  }

  /** With everything that hangs on it. */
  async delete(userId: string, manager: EntityManager): Promise<void> {
    await this.in(manager).delete({ id: userId });
  }

  /** By unique index users_mobile_number_key. */
  findByMobileNumber(mobileNumber: string, manager?: EntityManager): Promise<User | null> {
    return this.in(manager).findOneBy({ mobileNumber });
  }

  /**
   * Makes the account of a number unless there is one.
   * `on conflict do nothing` waits for a twin that is being made right now: two first sign-ins at once give one account.
   */
  async insertIfAbsent(user: Partial<User>, manager?: EntityManager): Promise<boolean> {
    const { raw } = (await this.in(manager)
      .createQueryBuilder()
      .insert()
      .values(user)
      .orIgnore()
      .returning('id')
      .execute()) as { raw: { id: string }[] };
    return raw.length === 1;
  }

  async update(userId: string, changes: UserChanges, now: Date, manager?: EntityManager): Promise<void> {
    await this.in(manager).update({ id: userId }, { ...changes, updatedAt: now });
  }

  /**
   * Sets the password if it still is the one that `user` was read with. `sandboxProven` marks where that happened: a
   * password set in the SMS sandbox does not count elsewhere, one set elsewhere does.
   */
  async setPassword(
    user: User,
    passwordHash: string,
    sandboxProven: boolean,
    now: Date,
    manager: EntityManager,
  ): Promise<boolean> {
    const { affected } = await this.in(manager).update(
      { id: user.id, passwordHash: user.passwordHash ?? IsNull() },
      { passwordHash, sandboxProven, updatedAt: now },
    );
    return affected === 1;
  }

  /** @returns false when another account has the number, by unique index users_mobile_number_key */
  async changeNumber(
    userId: string,
    number: Pick<User, 'mobileNumber' | 'quotaKey' | 'sandboxProven'>,
    now: Date,
    manager: EntityManager,
  ): Promise<boolean> {
    const user = await this.lock(userId, manager);
    if (!user) return false;
    if (user.mobileNumber === number.mobileNumber) return true;
    if (await this.findByMobileNumber(number.mobileNumber!, manager)) return false;
    try {
      // A password that the sandbox let anybody set does not come to count by it.
      const isVoid = user.sandboxProven && !number.sandboxProven;
      const changes = { ...number, ...(isVoid && { passwordHash: null }), updatedAt: now };
      await this.in(manager).update({ id: userId }, changes);
    } catch (error) {
      const { code, constraint } =
        (error as { driverError?: { code?: string; constraint?: string } }).driverError ?? {};
      if (code === '23505' && constraint === 'users_mobile_number_key') return false;
      throw error;
    }
    await this.database.run(COPY_COUNTS, { from: user.quotaKey, to: number.quotaKey }, manager);
    return true;
  }

  /** The number was proven where it counts: a password that the sandbox let anybody set is gone. */
  async clearSandboxProof(userId: string, now: Date, manager: EntityManager): Promise<void> {
    await this.in(manager).update(
      { id: userId, sandboxProven: true },
      { sandboxProven: false, passwordHash: null, updatedAt: now },
    );
  }

  private in(manager: EntityManager | undefined): Repository<User> {
    return manager ? manager.getRepository(User) : this.users;
  }
}
