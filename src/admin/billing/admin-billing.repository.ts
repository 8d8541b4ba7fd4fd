import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import type { Subscription } from '../../billing/subscription/subscription.entity.js';
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

/** Which events are asked for; null: all. */
export interface EventFilter {
  state: EventState | null;
  type: string | null;
  userId: string | null;
}

/** Where a page of events begins: behind this one. */
export type EventPosition = [receivedAt: string, id: string];
/** Before every event. */
const START: EventPosition = ['infinity', ''];

/** Subscriptions and events as operators see them. */
@Injectable()
export class AdminBillingRepository {
  constructor(private readonly database: Database) {}

  /** By Stripe's id, which tells no order. */
  subscriptions(
    { status, userId }: { status: string | null; userId: string | null },
    after: string | null,
    limit: number,
  ): Promise<Subscription[]> {
    return this.database.run<Subscription & object>(SUBSCRIPTIONS, [status, userId, after, limit]);
  }

  /** With the account whose customer it is about, if there is one. */
  async event(id: string): Promise<(AdminEventRow & { userId: string | null }) | null> {
    return (await this.database.run<AdminEventRow & { userId: string | null }>(EVENT, [id]))[0] ?? null;
  }

  /** Newest first. */
  events(
    { state, type, userId }: EventFilter,
    limit: number,
    after: EventPosition = START,
  ): Promise<AdminEventRow[]> {
    const values = [type, limit, ...after];
    return userId === null
      ? this.database.run<AdminEventRow & object>(EVENTS[state ?? 'any'], values)
      : this.database.run<AdminEventRow & object>(EVENTS_OF_USER, [...values, state, userId]);
  }
}

/** Index subscriptions_pkey, or subscriptions_user_id_idx with a user. */
const SUBSCRIPTIONS: Statement = {
  name: 'admin-subscriptions',
  text: `
    select id, user_id as "userId", status, price_id as "priceId", amount::float8 as amount, currency,
      price_interval as "priceInterval", current_period_end as "currentPeriodEnd",
      cancel_at_period_end as "cancelAtPeriodEnd", ends_at as "endsAt", past_due_since as "pastDueSince",
      payment_problem as "paymentProblem", revoked, paid_until as "paidUntil",
      schedule_id as "scheduleId", started_at as "startedAt"
    from subscriptions
    where ($1::text is null or status = $1) and ($2::uuid is null or user_id = $2)
      and ($3::text is null or id > $3)
    order by id limit $4`,
};

const EVENT_COLUMNS = `id, type, object_id as "objectId", customer_id as "customerId", state, tries,
  last_error as "lastError", created_at as "createdAt", received_at as "receivedAt", handled_at as "handledAt"`;

const EVENT: Statement = {
  name: 'admin-webhook-event',
  text: `
    select ${EVENT_COLUMNS},
      (select user_id from billing_accounts where customer_id = webhook_events.customer_id) as "userId"
    from webhook_events where id = $1`,
};

const PAGE_OF_EVENTS = `($1::text is null or type = $1)
      and received_at <= $3::timestamptz and (received_at, id) < ($3::timestamptz, $4::text)
    order by received_at desc, id desc limit $2`;

/** The state stands in the statement: those of which there are few have an index of their own. */
const events = (state: EventState | 'any'): Statement => ({
  name: `admin-webhook-events-${state}`,
  text: `
    select ${EVENT_COLUMNS} from webhook_events
    where ${state === 'any' ? 'true' : `state = '${state}'`} and ${PAGE_OF_EVENTS}`,
});
/** Indexes webhook_events_received_idx, webhook_events_failed_idx, webhook_events_received_at_idx. */
const EVENTS: Record<EventState | 'any', Statement> = {
  any: events('any'),
  received: events('received'),
  handled: events('handled'),
  ignored: events('ignored'),
  failed: events('failed'),
};
/** Indexes billing_accounts_pkey, webhook_events_customer_id_idx. Who has no customer has no events. */
const EVENTS_OF_USER: Statement = {
  name: 'admin-webhook-events-of-user',
  text: `
    select ${EVENT_COLUMNS} from webhook_events
    where customer_id = (select customer_id from billing_accounts where user_id = $6)
      and ($5::text is null or state = $5) and ${PAGE_OF_EVENTS}`,
};
