import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../../platform/database/database.js';

/** A person at Stripe. */
export interface BillingAccount {
  userId: string;
  /** Stripe's; null before the first checkout. */
  customerId: string | null;
  generation: number;
}

const COLUMNS = `user_id as "userId", customer_id as "customerId", generation`;

/** The accounts at Stripe. */
@Injectable()
export class BillingAccountsRepository {
  constructor(private readonly database: Database) {}

  async find(userId: string): Promise<BillingAccount | null> {
    return (await this.database.run<BillingAccount & object>(FIND, [userId]))[0] ?? null;
  }

  /** Index billing_accounts_customer_id_key. */
  async findByCustomer(customerId: string): Promise<BillingAccount | null> {
    return (await this.database.run<BillingAccount & object>(FIND_BY_CUSTOMER, [customerId]))[0] ?? null;
  }

  /**
   * Takes the right to change something at Stripe for a person, until it is given back or `ms` are over; null while
   * somebody else has it.
   */
  async lock(userId: string, holder: string, ms: number): Promise<BillingAccount | null> {
    return (await this.database.run<BillingAccount & object>(LOCK, [userId, holder, ms]))[0] ?? null;
  }

  async unlock(userId: string, holder: string): Promise<void> {
    await this.database.run(UNLOCK, [userId, holder]);
  }

  async setCustomer(userId: string, customerId: string): Promise<void> {
    await this.database.run(SET_CUSTOMER, [userId, customerId]);
  }

  /** The next customer is made under another key: Stripe repeats what it once answered under one. */
  async raiseGeneration(userId: string): Promise<void> {
    await this.database.run(RAISE_GENERATION, [userId]);
  }

  /** Stripe has deleted the customer: the next checkout makes another. */
  async forgetCustomer(userId: string, customerId: string): Promise<void> {
    await this.database.run(FORGET_CUSTOMER, [userId, customerId]);
  }

  /** Index billing_accounts_closing_idx. */
  async listClosing(limit: number): Promise<string[]> {
    return idsOf(await this.database.run<UserId>(LIST_CLOSING, [limit]));
  }

  async requestClosing(userId: string, now: Date, manager: EntityManager): Promise<void> {
    await this.database.run(REQUEST_CLOSING, [userId, now], manager);
  }

  /** Whose account is to be closed, and is somebody changing something there right now? */
  async findClosing(userId: string): Promise<(BillingAccount & { isBusy: boolean }) | null> {
    return (await this.database.run<BillingAccount & { isBusy: boolean }>(FIND_CLOSING, [userId]))[0] ?? null;
  }

  /** Nothing is left at Stripe, and nothing of it here. */
  async closed(userId: string, now: Date): Promise<void> {
    await this.database.run(CLOSED, [userId, now]);
  }

  /** Who has a subscription here that is not over, by id. */
  readonly listWithSubscription = async (after: string | null, limit: number): Promise<string[]> =>
    idsOf(await this.database.run<UserId>(LIST_WITH_SUBSCRIPTION, [after, limit]));

  /** Whose customers these are. */
  async usersOf(customerIds: string[]): Promise<string[]> {
    return idsOf(await this.database.run<UserId>(USERS_OF, [customerIds]));
  }

  /** The number of a reading that begins now: what it finds is written only where no later one was. */
  async beginReading(userId: string): Promise<number> {
    const [row] = await this.database.run<{ reading: number }>(BEGIN_READING, [userId]);
    return row!.reading;
  }

  /** May this reading be written? Holds the account until the transaction ends. */
  async takeReading(userId: string, reading: number, now: Date, manager: EntityManager): Promise<boolean> {
    return (await this.database.run(TAKE_READING, [userId, reading, now], manager)).length > 0;
  }
}

interface UserId {
  userId: string;
}

const idsOf = (rows: UserId[]): string[] => rows.map(({ userId }) => userId);

const LIST_CLOSING: Statement = {
  name: 'billing-accounts-closing',
  text: `select user_id as "userId" from billing_accounts where closing_at is not null and closed_at is null
         order by closing_at limit $1`,
};
/** Who has none has nothing to close; the row keeps a checkout that is on its way from beginning one ({@link LOCK}). */
const REQUEST_CLOSING: Statement = {
  name: 'billing-account-request-closing',
  text: `insert into billing_accounts as account (user_id, closing_at, closed_at) values ($1, $2, $2)
         on conflict (user_id) do update set closing_at = excluded.closing_at where account.closing_at is null`,
};
const FIND_CLOSING: Statement = {
  name: 'billing-account-find-closing',
  text: `select ${COLUMNS}, coalesce(locked_until > clock_timestamp(), false) as "isBusy" from billing_accounts
         where user_id = $1 and closing_at is not null and closed_at is null`,
};
const CLOSED: Statement = {
  name: 'billing-account-closed',
  text: `with gone as (delete from subscriptions where user_id = $1),
           pages as (delete from checkout_sessions where user_id = $1)
         update billing_accounts set customer_id = null, closed_at = $2 where user_id = $1`,
};
/** Index subscriptions_user_id_idx. */
const LIST_WITH_SUBSCRIPTION: Statement = {
  name: 'billing-accounts-with-subscription',
  text: `select distinct user_id as "userId" from subscriptions
         where ($1::uuid is null or user_id > $1) and status not in ('canceled', 'incomplete_expired')
         order by user_id limit $2`,
};
const USERS_OF: Statement = {
  name: 'billing-accounts-users-of',
  text: `select user_id as "userId" from billing_accounts where customer_id = any($1::text[])`,
};
const FIND: Statement = {
  name: 'billing-account',
  text: `select ${COLUMNS} from billing_accounts where user_id = $1`,
};
const FIND_BY_CUSTOMER: Statement = {
  name: 'billing-account-of-customer',
  text: `select ${COLUMNS} from billing_accounts where customer_id = $1`,
};
/** The machine's time, not the sandbox clock's: it is a process that may have died. */
const LOCK: Statement = {
  name: 'billing-account-lock',
  text: `
    insert into billing_accounts as account (user_id, locked_by, locked_until)
    values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
    on conflict (user_id) do update set locked_by = excluded.locked_by, locked_until = excluded.locked_until
      where account.closing_at is null and (account.locked_until is null or account.locked_until < clock_timestamp())
    returning ${COLUMNS}`,
};
const UNLOCK: Statement = {
  name: 'billing-account-unlock',
  text: `update billing_accounts set locked_by = null, locked_until = null where user_id = $1 and locked_by = $2`,
};
const SET_CUSTOMER: Statement = {
  name: 'billing-account-set-customer',
  text: `update billing_accounts set customer_id = $2 where user_id = $1 and customer_id is null`,
};
const RAISE_GENERATION: Statement = {
  name: 'billing-account-raise-generation',
  text: `update billing_accounts set generation = generation + 1 where user_id = $1 and customer_id is null`,
};
const FORGET_CUSTOMER: Statement = {
  name: 'billing-account-forget-customer',
  text: `update billing_accounts set customer_id = null, generation = generation + 1 where user_id = $1 and customer_id = $2`,
};
const BEGIN_READING: Statement = {
  name: 'billing-begin-reading',
  text: `update billing_accounts set readings_begun = readings_begun + 1 where user_id = $1
         returning readings_begun as reading`,
};
const TAKE_READING: Statement = {
  name: 'billing-take-reading',
  text: `update billing_accounts set reading = $2, synced_at = $3 
         where user_id = $1 and reading < $2 and closed_at is null returning user_id`,
};
