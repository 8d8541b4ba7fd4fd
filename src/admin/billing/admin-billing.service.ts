import { Injectable } from '@nestjs/common';
import { SubscriptionService } from '../../billing/subscription/subscription.service.js';
import { Cursors, type Page } from '../../platform/fields/page.js';
import { Problem } from '../../platform/problem/problem.js';
import { UsersService } from '../../users/users.service.js';
import { WebhookReplay } from '../../webhooks/webhook-replay.service.js';
import { AuditLog } from '../audit/audit-log.service.js';
import type { Operator } from '../operator.js';
import { AdminBillingRepository, type EventPosition } from './admin-billing.repository.js';
import { toAdminEvent, type AdminEventDto, type EventsQuery } from './admin-event.dto.js';
import {
  toAdminSubscription,
  type AdminSubscriptionDto,
  type SubscriptionsQuery,
} from './admin-subscription.dto.js';
import { driftBetween, type StoredBilling } from './drift.js';
import type { ReconciledDto } from './reconciled.dto.js';

/** Subscriptions of one user that are compared. A user has one, or a few after mistakes in Stripe's dashboard. */
const MAX_COMPARED = 100;

/** Billing for operators: stored subscriptions and events, replay and sync. */
@Injectable()
export class AdminBillingService {
  constructor(
    private readonly billing: AdminBillingRepository,
    private readonly subscriptions: SubscriptionService,
    private readonly replays: WebhookReplay,
    private readonly users: UsersService,
    private readonly audit: AuditLog,
    private readonly cursors: Cursors,
  ) {}

  async listSubscriptions(
    operator: Operator,
    query: SubscriptionsQuery,
  ): Promise<Page<AdminSubscriptionDto>> {
    const { status = null, user_id: userId = null, cursor, limit } = query;
    const scope = `admin-subscriptions:${operator.userId}`;
    const after = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const rows = await this.billing.subscriptions({ status, userId }, after, limit + 1);
    return this.cursors.page(scope, rows, limit, toAdminSubscription, ({ id }) => id);
  }

  async listEvents(operator: Operator, query: EventsQuery): Promise<Page<AdminEventDto>> {
    const { state = null, type = null, user_id: userId = null, cursor, limit } = query;
    const scope = `admin-events:${operator.userId}`;
    const after = cursor === undefined ? undefined : this.cursors.decode<EventPosition>(scope, cursor);
    const rows = await this.billing.events({ state, type, userId }, limit + 1, after);
    return this.cursors.page(scope, rows, limit, toAdminEvent, ({ receivedAt, id }) => [
      receivedAt.toISOString(),
      id,
    ]);
  }

  /**
   * Replays an event.
   * @throws Problem `not_found`
   */
  async replay(operator: Operator, eventId: string): Promise<AdminEventDto> {
    const event = await this.billing.event(eventId);
    const isKnown = await this.replays.replay(eventId, (manager) =>
      this.audit.write(
        operator,
        {
          action: 'webhook_event.replay',
          userId: event?.userId,
          target: eventId,
          details: { state: event?.state },
        },
        manager,
      ),
    );
    if (!event || !isKnown) throw Problem.notFound();
    return toAdminEvent({ ...event, state: 'received' });
  }

  /**
   * Syncs a user with Stripe, and tells what that has corrected. An entry is written before the call, and a second one if it
   * fails. A webhook that arrives during the call may correct a part of it: it counts as drift all the same.
   * @throws Problem `not_found`, `unavailable`
   */
  async reconcile(operator: Operator, userId: string): Promise<ReconciledDto> {
    const before = await this.stored(userId);
    const write = (outcome: 'asked' | 'failed') =>
      this.audit.write(operator, { action: 'user.reconcile', userId, details: { outcome } });
    await write('asked');
    try {
      const status = await this.subscriptions.ask(userId);
      return { ...status, drift: driftBetween(before, await this.stored(userId)) };
    } catch (error) {
      await write('failed');
      // The user's account was deleted meanwhile. The operator's own session has not ended, so the answer is 404.
      throw error instanceof Problem && error.code === 'session_ended' ? Problem.notFound() : error;
    }
  }

  /** @throws Problem `not_found` */
  private async stored(userId: string): Promise<StoredBilling> {
    const [user, subscriptions] = await Promise.all([
      this.users.find(userId),
      this.billing.subscriptions({ status: null, userId }, null, MAX_COMPARED),
    ]);
    if (!user) throw Problem.notFound();
    return { user, subscriptions };
  }
}
