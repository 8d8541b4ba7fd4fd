import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { CoalescedRefresh } from '../../platform/concurrency/coalesced-refresh.js';
import type { TierUntil } from '../../users/tier-until.js';
import { UsersService } from '../../users/users.service.js';
import { BillingAccountsRepository, type BillingAccount } from './billing-accounts.repository.js';
import { SubscriptionEvents } from './subscription-events.js';
import { entitlementOf, tierOf } from './entitlement.js';
import { CallBudget } from '../stripe/call-budget.js';
import { SubscriptionReader } from '../stripe/subscription-reader.js';
import type { Subscription } from '../subscription/subscription.entity.js';
import { SubscriptionsRepository } from '../subscription/subscriptions.repository.js';

/** The result of a sync. */
export interface Synced {
  subscriptions: Subscription[];
  /** Whether the stored state differed from Stripe's. */
  drifted: boolean;
}

/**
 * Billing sync: keeps the tier of a user equal to what Stripe holds (promise 7).
 *
 * Problem: Stripe's events arrive late, twice, out of order or never, and a payload is old as soon as it is sent.
 * Applying events one by one would end in the state that the last-arrived event describes.
 *
 * How it works: an event only triggers a sync. It names a customer, and the sync reads that customer's subscriptions, bills,
 * payments and disputes from Stripe. A pure function (entitlement.ts) computes the tier from that state and from operators'
 * grants. Three callers start a sync: the webhook inbox, a user's request (return from a payment, cancel, resume,
 * checkout) and the nightly comparison. All take the same path, so order, repetition and loss of events do not matter.
 * A reading takes a number before it asks Stripe; its result is written only if no later reading was written, so a slow
 * answer never overwrites a newer one. Requests that change objects at Stripe take the billing lease first
 * (billing-lease.service.ts): one change per user at a time, across processes.
 *
 * When Stripe is down: stored entitlements stay in force until their end, which includes days of grace; events wait in the
 * inbox and are retried; requests that need Stripe answer 503 within two seconds of a call without an answer. An answer without
 * its required fields counts as "unavailable", never as "no subscription". An unknown status keeps the tier as it was and is
 * logged.
 *
 * Cost: one list of subscriptions per sync; per subscription a list of bills; per bill that counts, its payments. One
 * payment causes some six events; a {@link CoalescedRefresh} per process reads Stripe once or twice for them.
 *
 * It does not trust payloads, does not keep invoices or cards, and never stores "Pro without end" for a subscription: an
 * entitlement that nothing renews runs out by itself.
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
    private readonly tell: SubscriptionEvents,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Syncs a customer with a reading that begins after this call. Concurrent calls share one: a payment makes six events.
   * @returns null when the customer belongs to no user here
   * @throws StripeUnavailable
   */
  syncCustomer(customerId: string): Promise<Synced | null> {
    return this.ofCustomers.ask(customerId, async () => {
      const account = await this.accounts.findByCustomer(customerId);
      return account && this.sync(account, CallBudget.ofJob());
    });
  }

  /**
   * Syncs a user. A user without a billing account has no subscriptions; Stripe is not called.
   * @throws StripeUnavailable
   */
  async syncUser(userId: string, budget = CallBudget.ofJob()): Promise<Synced> {
    const account = await this.accounts.find(userId);
    if (account) return this.sync(account, budget);
    const drifted = await this.settleWithoutAccount(userId);
    if (drifted) this.tell.committed(userId);
    return { subscriptions: [], drifted };
  }

  private async sync({ userId, customerId }: BillingAccount, budget: CallBudget): Promise<Synced> {
    const reading = await this.accounts.beginReading(userId);
    const read = customerId === null ? [] : await this.reader.read(userId, customerId, budget);
    const found = (read ?? []).map((one): Subscription => ({ ...one, userId }));
    for (const { id, status } of found) this.logUnknownStatus(id, status);
    const drifted = await this.write(userId, reading, found);
    if (drifted) this.tell.committed(userId);
    if (read === null) await this.accounts.forgetCustomer(userId, customerId!);
    return { subscriptions: await this.subscriptions.of(userId), drifted };
  }

  /** Writes what was read; nothing when a reading that began later has been written. */
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
      const drifted = changed || !isSame(known, found);
      if (drifted) await this.tell.changed(userId, manager);
      return drifted;
    });
  }

  /** Sets the tier of a user without a billing account, from grants alone. */
  private settleWithoutAccount(userId: string): Promise<boolean> {
    return this.database.tx(async (manager) => {
      const changed = await this.users.setTier(
        userId,
        (before, grantedUntil) => this.tierOf([], before, grantedUntil),
        manager,
      );
      if (changed) await this.tell.changed(userId, manager);
      return changed;
    });
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
      this.logger.error(
        `subscription ${id} has the unknown status ${status}, keeping the tier: update this server`,
      );
  }
}

/** Compares regardless of the order of rows and columns. */
const isSame = (known: Subscription[], found: Subscription[]): boolean =>
  canonical(known) === canonical(found);

const canonical = (rows: Subscription[]): string =>
  JSON.stringify(
    rows
      .map((row) => Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  );
