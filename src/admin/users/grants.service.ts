import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { tierOf } from '../../billing/sync/entitlement.js';
import { SubscriptionEvents } from '../../billing/sync/subscription-events.js';
import { SubscriptionsRepository } from '../../billing/subscription/subscriptions.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/problem/problem.js';
import { UsersService } from '../../users/users.service.js';
import { AuditLog } from '../audit/audit-log.service.js';
import type { Operator } from '../operator.js';
import type { GrantDto } from './admin-users.input.js';

/** Grants Pro until a date, independent of subscriptions; works with BILLING=off, too. */
@Injectable()
export class GrantsService {
  constructor(
    private readonly users: UsersService,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly tell: SubscriptionEvents,
    private readonly audit: AuditLog,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws Problem `not_found`, `validation_failed` for a time in the past */
  async grant(operator: Operator, userId: string, { until, reason }: GrantDto): Promise<void> {
    const grantedUntil = until === null ? null : new Date(until);
    if (grantedUntil && grantedUntil <= this.clock.now())
      throw Problem.field('until', 'out_of_range', 'until must be a time in the future, or null.');
    await this.database.tx(async (manager) => {
      const user = await this.users.lock(userId, manager);
      if (!user) throw Problem.notFound();
      await this.users.setByOperator(userId, { proGrantedUntil: grantedUntil }, manager);
      await this.settle(userId, manager);
      const details = { until: grantedUntil, before: user.proGrantedUntil, reason };
      await this.audit.write(operator, { action: 'user.grant', userId, details }, manager);
    });
    this.tell.committed(userId);
  }

  /** Runs under the account's lock, which the billing sync takes, too, so that the sync sees the grant. */
  private async settle(userId: string, manager: EntityManager): Promise<void> {
    const { billing, quota } = this.config;
    const known = await this.subscriptions.of(userId, manager);
    const changed = await this.users.setTier(
      userId,
      (before, grantedUntil) =>
        tierOf(known, {
          graceDays: billing.pastDueGraceDays,
          before,
          grantedUntil,
          defaultTier: quota.defaultTier,
        }),
      manager,
    );
    if (changed) await this.tell.changed(userId, manager);
  }
}
