import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { CoalescedRefresh } from '../../platform/concurrency/coalesced-refresh.js';
import { UsersService, type TierUntil } from '../../users/users.service.js';
import { BillingAccountsRepository, type BillingAccount } from './billing-accounts.repository.js';
import { entitlementOf, tierOf } from './entitlement.js';
import { CallBudget } from '../stripe/call-budget.js';
import { SubscriptionReader } from '../stripe/subscription-reader.js';
import type { Subscription } from '../subscription/subscription.entity.js';
import { SubscriptionsRepository } from '../subscription/subscriptions.repository.js';

/** What a sync has found. */
export interface Synced {
  subscriptions: Subscription[];
  /** Was something else known here than what Stripe has? */
  drifted: boolean;
}

/**
 * Makes what is known here equal to what Stripe holds, whatever told us to look: an event, a person, the night. It takes
 * nobody's word, so that order, repetition and loss of events do not matter (promise 7).
 */
@Injectable()
export class BillingSync {
  private readonly logger = new Logger('BillingSync');
  private readonly ofCustomers = new CoalescedRefresh<Synced | null>();

  constructor(
    private readonly accounts: BillingAccountsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly reader: SubscriptionReader,
    private readonly users: UsersService,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Asks Stripe about a customer, after now: a payment alone makes six events.
   * @returns null when the customer is nobody's here
   * @throws StripeUnavailable
   */
  syncCustomer(customerId: string): Promise<Synced | null> {
    return this.ofCustomers.ask(customerId, async () => {
      const account = await this.accounts.findByCustomer(customerId);
      return account && this.sync(account, CallBudget.ofJob());
    });
  }

  /**
   * Asks Stripe about a person; who has never been there has nothing.
   * @throws StripeUnavailable
   */
  async syncUser(userId: string, budget = CallBudget.ofJob()): Promise<Synced> {
    const account = await this.accounts.find(userId);
    if (account) return this.sync(account, budget);
    return { subscriptions: [], drifted: await this.settleWithoutAccount(userId) };
  }

  private async sync({ userId, customerId }: BillingAccount, budget: CallBudget): Promise<Synced> {
    const reading = await this.accounts.beginReading(userId);
    const read = customerId === null ? [] : await this.reader.read(userId, customerId, budget);
    const found = (read ?? []).map((one): Subscription => ({ ...one, userId }));
    for (const { id, status } of found) this.logUnknownStatus(id, status);
    const drifted = await this.write(userId, reading, found);
    if (read === null) await this.accounts.forgetCustomer(userId, customerId!);
    return { subscriptions: await this.subscriptions.of(userId), drifted };
  }

  /** Nothing when a reading that began later was written meanwhile: it knows better. */
  private write(userId: string, reading: number, found: Subscription[]): Promise<boolean> {
    return this.database.tx(async (manager) => {
      if (!(await this.accounts.takeReading(userId, reading, this.clock.now(), manager))) return false;
      const known = await this.subscriptions.of(userId, manager);
      await this.subscriptions.replace(userId, found, manager);
      const changed = await this.users.setTier(
        userId,
        (before, grantedUntil) => this.tierOf(found, before, grantedUntil),
        manager,
      );
      return changed || !isSame(known, found);
    });
  }

  /** The tier of who has nothing at Stripe. */
  private settleWithoutAccount(userId: string): Promise<boolean> {
    return this.database.tx((manager) =>
      this.users.setTier(userId, (before, grantedUntil) => this.tierOf([], before, grantedUntil), manager),
    );
  }

  private tierOf(found: Subscription[], before: TierUntil, grantedUntil: Date | null): TierUntil {
    const { billing, quota } = this.config;
    return tierOf(found, {
      graceDays: billing.pastDueGraceDays,
      before,
      grantedUntil,
      defaultTier: quota.defaultTier,
    });
  }

  private logUnknownStatus(id: string, status: string): void {
    const facts = {
      status,
      currentPeriodEnd: new Date(0),
      endsAt: null,
      pastDueSince: null,
      paidUntil: null,
      revoked: null,
    };
    if (entitlementOf(facts, 0).tier === 'as before')
      this.logger.error(`subscription ${id} has a status that is not known here: ${status}; the tier stays`);
  }
}

/** Rows in their own order, times by their value. */
const isSame = (known: Subscription[], found: Subscription[]): boolean =>
  canonical(known) === canonical(found);

const canonical = (rows: Subscription[]): string =>
  JSON.stringify(
    rows
      .map((row) => Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  );
