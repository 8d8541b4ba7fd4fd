import { Injectable } from '@nestjs/common';
import { columnsNamed, columnsOf } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Subscription } from '../../billing/subscription/subscription.entity.js';
import type { WebhookEvent } from '../../webhooks/webhook-events.repository.js';

/** An event in the inbox with its outcome. */
export interface AdminEventRow extends WebhookEvent {
  tries: number;
  lastError: string | null;
  createdAt: Date;
  receivedAt: Date;
  handledAt: Date | null;
}

export const EVENT_STATES = ['received', 'handled', 'ignored', 'failed'] as const;
export type EventState = (typeof EVENT_STATES)[number];

/** Filter of events; null: all. */
export interface EventFilter {
  state: EventState | null;
  type: string | null;
  userId: string | null;
}

/** Position of a page: it begins after this event. */
export type EventPosition = [receivedAt: string, id: string];
/** Before every event. */
const START: EventPosition = ['infinity', ''];

/** Subscriptions and events as operators see them. */
@Injectable()
export class AdminBillingRepository {
  constructor(private readonly database: Database) {}

  /** In the order of Stripe's ids, which is not an order in time. */
  subscriptions(
    { status, userId }: { status: string | null; userId: string | null },
    after: string | null,
    limit: number,
  ): Promise<Subscription[]> {
    return this.database.run(SUBSCRIPTIONS, { status, userId, after, limit });
  }

  /** The event with the account of its customer, if any. */
  async event(id: string): Promise<(AdminEventRow & { userId: string | null }) | null> {
    return this.database.one(EVENT, { id });
  }

  /** Newest first. */
  events(
    { state, type, userId }: EventFilter,
    limit: number,
    after: EventPosition = START,
  ): Promise<AdminEventRow[]> {
    const [receivedAt, id] = after;
    const page = { type, limit, receivedAt, id };
    return userId === null
      ? this.database.run(EVENTS[state ?? 'any'], page)
      : this.database.run(EVENTS_OF_USER, { ...page, state, userId });
  }
}

interface EventsPage {
  type: string | null;
  limit: number;
  receivedAt: string;
  id: string;
}

/** Index subscriptions_pkey, or subscriptions_user_id_idx with a user. */
const SUBSCRIPTIONS = statement<
  { status: string | null; userId: string | null; after: string | null; limit: number },
  Subscription
>(
  'admin-subscriptions',
  `
    select ${columnsOf(Subscription, 'subscriptions')} from subscriptions
    where (:status::text is null or status = :status) and (:userId::uuid is null or user_id = :userId)
      and (:after::text is null or id > :after)
    order by id limit :limit`,
);

const EVENT_COLUMNS = columnsNamed<AdminEventRow>(
  'id',
  'type',
  'objectId',
  'customerId',
  'state',
  'tries',
  'lastError',
  'createdAt',
  'receivedAt',
  'handledAt',
);

const EVENT = statement<{ id: string }, AdminEventRow & { userId: string | null }>(
  'admin-webhook-event',
  `
    select ${EVENT_COLUMNS},
      (select user_id from billing_accounts where customer_id = webhook_events.customer_id) as "userId"
    from webhook_events where id = :id`,
);

const PAGE_OF_EVENTS = `(:type::text is null or type = :type)
      and received_at <= :receivedAt::timestamptz and (received_at, id) < (:receivedAt::timestamptz, :id::text)
    order by received_at desc, id desc limit :limit`;

/** The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states. */
const events = (state: EventState | 'any') =>
  statement<EventsPage, AdminEventRow>(
    `admin-webhook-events-${state}`,
    `
    select ${EVENT_COLUMNS} from webhook_events
    where ${state === 'any' ? 'true' : `state = '${state}'`} and ${PAGE_OF_EVENTS}`,
  );
/** Indexes webhook_events_received_idx, webhook_events_failed_idx, webhook_events_received_at_idx. */
const EVENTS = {
  any: events('any'),
  received: events('received'),
  handled: events('handled'),
  ignored: events('ignored'),
  failed: events('failed'),
};
/** Indexes billing_accounts_pkey, webhook_events_customer_id_idx. A user without a customer has no events. */
const EVENTS_OF_USER = statement<EventsPage & { userId: string; state: EventState | null }, AdminEventRow>(
  'admin-webhook-events-of-user',
  `
    select ${EVENT_COLUMNS} from webhook_events
    where customer_id = (select customer_id from billing_accounts where user_id = :userId)
      and (:state::text is null or state = :state) and ${PAGE_OF_EVENTS}`,
);
