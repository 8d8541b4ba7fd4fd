import { Injectable, Logger } from '@nestjs/common';
import type Stripe from 'stripe';
import { newId } from '../../platform/crypto/id.js';
import { Clock } from '../../platform/clock/clock.js';
import { UsersService } from '../../users/users.service.js';
import { BillingAccountsRepository } from './billing-accounts.repository.js';
import { BillingSync } from './billing-sync.service.js';
import {
  ReconciliationsRepository,
  type ReconciliationProgress,
  type ReconciliationReport,
} from './reconciliations.repository.js';
import { HANDLED_EVENTS, subjectOf } from '../stripe/event-kinds.js';
import { rowsOf } from '../stripe/answer.js';
import { CallBudget } from '../stripe/call-budget.js';
import { StripeApi } from '../stripe/stripe-api.js';

/** Overlap with the last comparison: clocks differ, and Stripe writes events late. */
const OVERLAP_MS = 3_600_000;
/** The first comparison looks back 30 days: as long as Stripe keeps its events. */
const FIRST_LOOK_BACK_MS = 30 * 24 * 3_600_000;
const PAGE = 500;
/** Accounts compared at the same time: far below Stripe's limit of 100 calls a second, which users' requests share. */
const CONCURRENCY = 4;

/** Stripe's limit (https://docs.stripe.com/api/events/list). */
const MAX_TYPES_PER_CALL = 20;
const TYPES_BY_CALL = Array.from(
  { length: Math.ceil(HANDLED_EVENTS.length / MAX_TYPES_PER_CALL) },
  (_, nth) => HANDLED_EVENTS.slice(nth * MAX_TYPES_PER_CALL, (nth + 1) * MAX_TYPES_PER_CALL),
);

/**
 * Compares stored accounts with Stripe: those with events since the last comparison, and those with Pro. Repairs and counts
 * what lost webhooks have left different.
 */
@Injectable()
export class BillingReconciliation {
  private readonly logger = new Logger('BillingReconciliation');

  constructor(
    private readonly accounts: BillingAccountsRepository,
    private readonly reconciliations: ReconciliationsRepository,
    private readonly sync: BillingSync,
    private readonly users: UsersService,
    private readonly api: StripeApi,
    private readonly clock: Clock,
  ) {}

  /**
   * @param onProgress called after each account
   */
  async run(
    onProgress: (progress: ReconciliationProgress) => void = () => undefined,
  ): Promise<ReconciliationReport> {
    const id = newId();
    const since = await this.reconciliations.lastStart();
    await this.reconciliations.begin(id, this.clock.now());
    const report = { checked: 0, drifted: 0, failed: 0 };
    const waiting = [...(await this.accountsToCompare(since, report))];
    const total = waiting.length;
    const compareNext = async (): Promise<void> => {
      for (let userId = waiting.pop(); userId !== undefined; userId = waiting.pop()) {
        await this.compare(userId, report);
        onProgress({ ...report, total });
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, compareNext));
    await this.reconciliations.end(id, report, this.clock.now());
    this.logger.log(
      `compared ${report.checked} accounts with Stripe: ${report.drifted} differed and were repaired, ${report.failed} could not be compared`,
    );
    return report;
  }

  private async compare(userId: string, report: ReconciliationReport): Promise<void> {
    report.checked += 1;
    try {
      const { drifted } = await this.sync.syncUser(userId);
      if (!drifted) return;
      report.drifted += 1;
      this.logger.warn({ msg: 'billing account differed from Stripe, repaired', 'user.id': userId });
    } catch (error) {
      report.failed += 1;
      this.logger.warn(
        `billing account of ${userId} not compared, the job retries: ${(error as Error).message}`,
      );
    }
  }

  private async accountsToCompare(since: Date | null, report: ReconciliationReport): Promise<Set<string>> {
    const found = await this.usersChangedAtStripe(since).catch((error: unknown) => {
      // Accounts with Pro can still be compared; the next comparison lists these changes again.
      report.failed += 1;
      this.logger.error(
        `events not listed from Stripe, comparing only accounts with Pro: ${(error as Error).message}`,
      );
      return new Set<string>();
    });
    for (const list of [this.accounts.listWithSubscription, this.users.listPro])
      for (let after: string | null = null; ;) {
        const page: string[] = await list(after, PAGE);
        for (const userId of page) found.add(userId);
        if (page.length < PAGE) break;
        after = page.at(-1)!;
      }
    return found;
  }

  /** Users whose customers have events since the last comparison began, whether or not a webhook arrived. */
  private async usersChangedAtStripe(since: Date | null): Promise<Set<string>> {
    const from = since ? since.getTime() - OVERLAP_MS : this.clock.now().getTime() - FIRST_LOOK_BACK_MS;
    const customers = new Set<string>();
    const created = { gte: Math.floor(from / 1000) };
    const budget = CallBudget.ofLongJob();
    for (const types of TYPES_BY_CALL)
      for (let after: string | undefined; ;) {
        const page: Stripe.ApiList<Stripe.Event> = await this.api.ask(budget, (stripe, options) =>
          stripe.events.list(
            { types, created, limit: 100, ...(after !== undefined && { starting_after: after }) },
            options,
          ),
        );
        const events = rowsOf(page);
        for (const { data } of events) {
          const { customerId } = subjectOf(data?.object);
          if (customerId !== null) customers.add(customerId);
        }
        after = events.at(-1)?.id;
        if (!page.has_more || after === undefined) break;
      }
    return new Set(await this.accounts.usersOf([...customers]));
  }
}
