import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import type { Subscription } from '../../billing/subscription.entity.js';
import type { WebhookEvent } from '../../webhooks/webhook-events.repository.js';

/** An event in the inbox, and what became of it. */
export interface AdminEventRow extends WebhookEvent {
  tries: number;
  lastError: string | null;
  createdAt: Date;
  receivedAt: Date;
  handledAt: Date | null;
}

export const EVENT_STATES = ['received', 'handled', 'ignored', 'failed'] as const;
export type EventState = (typeof EVENT_STATES)[number];

/** Where a page of events begins: behind this one. */
export type EventPosition = [receivedAt: string, id: string];
/** Before every event. */
const START: EventPosition = ['infinity', ''];

/** Subscriptions and events as operators see them. */
@Injectable()
export class AdminBillingRepository {
  constructor(private readonly database: Database) {}

  /** By Stripe's id, which tells no order. */
  subscriptions(status: string | null, after: string | null, limit: number): Promise<Subscription[]> {
    return this.database.run<Subscription & object>(SUBSCRIPTIONS, [status, after, limit]);
  }

  async event(id: string): Promise<AdminEventRow | null> {
    return (await this.database.run<AdminEventRow & object>(EVENT, [id]))[0] ?? null;
  }

  /** Newest first. */
  events(
    state: EventState | null,
    type: string | null,
    limit: number,
    after: EventPosition = START,
  ): Promise<AdminEventRow[]> {
    return this.database.run<AdminEventRow & object>(EVENTS[state ?? 'any'], [type, limit, ...after]);
  }
}

/** Index subscriptions_pkey. */
const SUBSCRIPTIONS: Statement = {
  name: 'admin-subscriptions',
  text: `
    select id, user_id as "userId", status, price_id as "priceId", amount::float8 as amount, currency,
      price_interval as "priceInterval", current_period_end as "currentPeriodEnd",
      cancel_at_period_end as "cancelAtPeriodEnd", ends_at as "endsAt", past_due_since as "pastDueSince",
      payment_problem as "paymentProblem", revoked, started_at as "startedAt"
    from subscriptions
    where ($1::text is null or status = $1) and ($2::text is null or id > $2)
    order by id limit $3`,
};

const EVENT_COLUMNS = `id, type, object_id as "objectId", customer_id as "customerId", state, tries,
  last_error as "lastError", created_at as "createdAt", received_at as "receivedAt", handled_at as "handledAt"`;

const EVENT: Statement = {
  name: 'admin-webhook-event',
  text: `select ${EVENT_COLUMNS} from webhook_events where id = $1`,
};

/** The state stands in the statement: those of which there are few have an index of their own. */
const events = (state: EventState | 'any'): Statement => ({
  name: `admin-webhook-events-${state}`,
  text: `
    select ${EVENT_COLUMNS} from webhook_events
    where ${state === 'any' ? 'true' : `state = '${state}'`} and ($1::text is null or type = $1)
      and received_at <= $3::timestamptz and (received_at, id) < ($3::timestamptz, $4::text)
    order by received_at desc, id desc limit $2`,
});
/** Indexes webhook_events_received_idx, webhook_events_failed_idx, webhook_events_received_at_idx. */
const EVENTS: Record<EventState | 'any', Statement> = {
  any: events('any'),
  received: events('received'),
  handled: events('handled'),
  ignored: events('ignored'),
  failed: events('failed'),
};
