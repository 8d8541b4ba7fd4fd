import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnsNamed } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

/** A user's account at Stripe. */
export interface BillingAccount {
  userId: string;
  /** Stripe's id; null before the first checkout. */
  customerId: string | null;
  /** Part of the Idempotency-Key that creates the customer; raised when a new customer is needed. */
  generation: number;
}

const COLUMNS = columnsNamed<BillingAccount>('userId', 'customerId', 'generation');

/** Rows of `billing_accounts`: customer, lease, number of readings, closing. */
@Injectable()
export class BillingAccountsRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string): Promise<BillingAccount | null> {
    return this.database.one(FIND, { userId });
  }

  /** Index billing_accounts_customer_id_key. */
  async findByCustomer(customerId: string): Promise<BillingAccount | null> {
    return this.database.one(FIND_BY_CUSTOMER, { customerId });
  }

  /**
   * Takes the billing lease of a user for `ms`, or until {@link unlock}; null while another holder has it.
   */
  async lock(userId: string, holder: string, ms: number): Promise<BillingAccount | null> {
    return this.database.one(LOCK, { userId, holder, ms });
  }

  async unlock(userId: string, holder: string): Promise<void> {
    await this.database.run(UNLOCK, { userId, holder });
  }

  async setCustomer(userId: string, customerId: string): Promise<void> {
    await this.database.run(SET_CUSTOMER, { userId, customerId });
  }

  /** Lets the next creation of the customer use another Idempotency-Key: Stripe repeats its first answer to a key. */
  async raiseGeneration(userId: string): Promise<void> {
    await this.database.run(RAISE_GENERATION, { userId });
  }

  /** Forgets a customer that Stripe has deleted: the next checkout creates another. */
  async forgetCustomer(userId: string, customerId: string): Promise<void> {
    await this.database.run(FORGET_CUSTOMER, { userId, customerId });
  }

  /** Index billing_accounts_closing_idx. */
  async listClosing(limit: number): Promise<string[]> {
    return idsOf(await this.database.run(LIST_CLOSING, { limit }));
  }

  async requestClosing(userId: string, now: Date, manager: EntityManager): Promise<void> {
    await this.database.run(REQUEST_CLOSING, { userId, now }, manager);
  }

  /** The account if it is to be closed; `isBusy` while another holder has the billing lease. */
  async findClosing(userId: string): Promise<(BillingAccount & { isBusy: boolean }) | null> {
    return this.database.one(FIND_CLOSING, { userId });
  }

  /** Records the end of the closing, and deletes the stored subscriptions and sessions. */
  async closed(userId: string, now: Date): Promise<void> {
    await this.database.run(CLOSED, { userId, now });
  }

  /** Users with a stored subscription that has not ended, in order of their ids. */
  readonly listWithSubscription = async (after: string | null, limit: number): Promise<string[]> =>
    idsOf(await this.database.run(LIST_WITH_SUBSCRIPTION, { after, limit }));

  /** The users of these customers. */
  async usersOf(customerIds: string[]): Promise<string[]> {
    return idsOf(await this.database.run(USERS_OF, { customerIds }));
  }

  /** Numbers a reading of Stripe that begins now. Its result is written only if no later reading was written. */
  async beginReading(userId: string): Promise<number> {
    const row = await this.database.one(BEGIN_READING, { userId });
    return row!.reading;
  }

  /** Tells whether this reading may be written, and locks the account's row until the transaction ends. */
  async takeReading(userId: string, reading: number, now: Date, manager: EntityManager): Promise<boolean> {
    return (await this.database.run(TAKE_READING, { userId, reading, now }, manager)).length > 0;
  }
}

interface UserId {
  userId: string;
}

const idsOf = (rows: UserId[]): string[] => rows.map(({ userId }) => userId);

const LIST_CLOSING = statement<{ limit: number }, UserId>(
  'billing-accounts-closing',
  `select user_id as "userId" from billing_accounts where closing_at is not null and closed_at is null
         order by closing_at limit :limit`,
);
/** A user without a row has nothing to close. The inserted row still blocks a checkout that is under way ({@link LOCK}). */
const REQUEST_CLOSING = statement<{ userId: string; now: Date }>(
  'billing-account-request-closing',
  `insert into billing_accounts as account (user_id, closing_at, closed_at) values (:userId, :now, :now)
         on conflict (user_id) do update set closing_at = excluded.closing_at where account.closing_at is null`,
);
const FIND_CLOSING = statement<{ userId: string }, BillingAccount & { isBusy: boolean }>(
  'billing-account-find-closing',
  `select ${COLUMNS}, coalesce(locked_until > clock_timestamp(), false) as "isBusy" from billing_accounts
         where user_id = :userId and closing_at is not null and closed_at is null`,
);
const CLOSED = statement<{ userId: string; now: Date }>(
  'billing-account-closed',
  `with gone as (delete from subscriptions where user_id = :userId),
           pages as (delete from checkout_sessions where user_id = :userId)
         update billing_accounts set customer_id = null, closed_at = :now where user_id = :userId`,
);
/** Index subscriptions_user_id_idx. */
const LIST_WITH_SUBSCRIPTION = statement<{ after: string | null; limit: number }, UserId>(
  'billing-accounts-with-subscription',
  `select distinct user_id as "userId" from subscriptions
         where (:after::uuid is null or user_id > :after) and status not in ('canceled', 'incomplete_expired')
         order by user_id limit :limit`,
);
const USERS_OF = statement<{ customerIds: string[] }, UserId>(
  'billing-accounts-users-of',
  `select user_id as "userId" from billing_accounts where customer_id = any(:customerIds::text[])`,
);
const FIND = statement<{ userId: string }, BillingAccount>(
  'billing-account',
  `select ${COLUMNS} from billing_accounts where user_id = :userId`,
);
const FIND_BY_CUSTOMER = statement<{ customerId: string }, BillingAccount>(
  'billing-account-of-customer',
  `select ${COLUMNS} from billing_accounts where customer_id = :customerId`,
);
/** Uses the database's time, not the sandbox clock's: the lease guards against processes that died. */
const LOCK = statement<{ userId: string; holder: string; ms: number }, BillingAccount>(
  'billing-account-lock',
  `
    insert into billing_accounts as account (user_id, locked_by, locked_until)
    values (:userId, :holder, clock_timestamp() + :ms * interval '1 millisecond')
    on conflict (user_id) do update set locked_by = excluded.locked_by, locked_until = excluded.locked_until
      where account.closing_at is null and (account.locked_until is null or account.locked_until < clock_timestamp())
    returning ${COLUMNS}`,
);
const UNLOCK = statement<{ userId: string; holder: string }>(
  'billing-account-unlock',
  `update billing_accounts set locked_by = null, locked_until = null where user_id = :userId and locked_by = :holder`,
);
const SET_CUSTOMER = statement<{ userId: string; customerId: string }>(
  'billing-account-set-customer',
  `update billing_accounts set customer_id = :customerId where user_id = :userId and customer_id is null`,
);
const RAISE_GENERATION = statement<{ userId: string }>(
  'billing-account-raise-generation',
  `update billing_accounts set generation = generation + 1 where user_id = :userId and customer_id is null`,
);
const FORGET_CUSTOMER = statement<{ userId: string; customerId: string }>(
  'billing-account-forget-customer',
  `update billing_accounts set customer_id = null, generation = generation + 1 where user_id = :userId and customer_id = :customerId`,
);
const BEGIN_READING = statement<{ userId: string }, { reading: number }>(
  'billing-begin-reading',
  `update billing_accounts set readings_begun = readings_begun + 1 where user_id = :userId
         returning readings_begun as reading`,
);
const TAKE_READING = statement<{ userId: string; reading: number; now: Date }>(
  'billing-take-reading',
  `update billing_accounts set reading = :reading, synced_at = :now
         where user_id = :userId and reading < :reading and closed_at is null returning user_id`,
);
