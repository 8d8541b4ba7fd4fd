import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, MoreThan, Not, Repository, type EntityManager } from 'typeorm';
import type { Tier } from '../platform/config/tier.js';
import { Database } from '../platform/database/database.js';
import { statement } from '../platform/database/statement.js';
import { User } from './user.entity.js';

/** Fields that the owner may change. */
export type UserChanges = Partial<Pick<User, 'name' | 'email' | 'emailVerified'>>;

/** Fields that an operator may change. */
export type OperatorChanges = Partial<Pick<User, 'role' | 'suspendedAt' | 'proGrantedUntil'>>;

/**
 * Copies each day's count to the new key and keeps it under the old one: changing the number must not give a new day on
 * either number. Where the new key has a count, the greater of both is kept, so that no message counts twice.
 */
const COPY_COUNTS = statement<{ from: Buffer; to: Buffer }>(
  'users-copy-counts',
  `
  insert into daily_usage as usage (quota_key, day, used, refunded)
  select :to::bytea, day, used, refunded from daily_usage where quota_key = :from
  on conflict (quota_key, day) do update
  set used = greatest(usage.used, excluded.used), refunded = greatest(usage.refunded, excluded.refunded)`,
);

/** Written once a day, the precision that its readers need. */
const NOTE_ACTIVE = statement<{ userId: string; now: Date }>(
  'user-note-active',
  `update users set last_active_at = :now where id = :userId and last_active_at < :now::timestamptz - interval '24 hours'`,
);

/** The users table. */
@Injectable()
export class UsersRepository {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly database: Database,
  ) {}

  findById(userId: string, manager?: EntityManager): Promise<User | null> {
    return this.in(manager).findOneBy({ id: userId });
  }

  /** Locks the row against other changes until the transaction ends; sending messages does not wait for it. */
  lock(userId: string, manager: EntityManager): Promise<User | null> {
    return this.in(manager).findOne({ where: { id: userId }, lock: { mode: 'for_no_key_update' } });
  }

  /** Keeps `updatedAt`, which records changes by the owner. */
  async setTier(userId: string, tier: Tier, endsAt: Date | null, manager: EntityManager): Promise<void> {
    await this.in(manager).update({ id: userId }, { tier, tierEndsAt: endsAt });
  }

  /** The same by number. Null if the account gets another number during the wait. */
  lockByNumber(mobileNumber: string, manager: EntityManager): Promise<User | null> {
    return this.in(manager).findOne({ where: { mobileNumber }, lock: { mode: 'for_no_key_update' } });
  }

  /** Keeps `updatedAt`, which records changes by the owner. */
  async setByOperator(userId: string, changes: OperatorChanges, manager: EntityManager): Promise<void> {
    await this.in(manager).update({ id: userId }, changes);
  }

  /** Reads the whole table; for the command line only. */
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
   * Accounts with a number, not used since `before`, by id. Index users_last_active_at_idx.
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

  /** Records that the account is in use. Primary key. */
  async noteActive(userId: string, now: Date): Promise<void> {
    await this.database.run(NOTE_ACTIVE, { userId, now });
  }

  /** Deletes the account with all rows that reference it. */
  async delete(userId: string, manager: EntityManager): Promise<void> {
    await this.in(manager).delete({ id: userId });
  }

  /** By unique index users_mobile_number_key. */
  findByMobileNumber(mobileNumber: string, manager?: EntityManager): Promise<User | null> {
    return this.in(manager).findOneBy({ mobileNumber });
  }

  /**
   * Creates the account of a number unless one exists.
   * `on conflict do nothing` waits for a concurrent insert: two first sign-ins at the same time create one account.
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
   * Sets the password if it has not changed since `user` was read. `sandboxProven` marks a password set in the SMS sandbox,
   * which does not count without the sandbox.
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
      // A password set in the sandbox must not become valid by proving another number.
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

  /** The number was proven by SMS: clears a password that was set in the sandbox, where anyone could set one. */
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
