import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnsNamed } from '../platform/database/columns.js';
import { Database } from '../platform/database/database.js';
import { statement, type NoParameters } from '../platform/database/statement.js';

/** An event in the inbox. */
export interface WebhookEvent {
  /** Stripe's id. */
  id: string;
  type: string;
  objectId: string | null;
  customerId: string | null;
  state: 'received' | 'handled' | 'ignored' | 'failed';
  receivedAt: Date;
}

type ReceivedEvent = WebhookEvent & { createdAt: Date };

/** Events that are not handled yet. */
export interface Backlog {
  count: number;
  /** When the oldest arrived; null: there is none. */
  oldest: Date | null;
}

/** The inbox table of Stripe's events. */
@Injectable()
export class WebhookEventsRepository {
  constructor(private readonly database: Database) {}

  /** @returns whether it is new: Stripe may send an event more than once */
  async insert(event: ReceivedEvent): Promise<boolean> {
    const { id, type, objectId, customerId, state, createdAt, receivedAt } = event;
    const row = { id, type, objectId, customerId, state, createdAt, receivedAt };
    return (await this.database.run(INSERT, row)).length > 0;
  }

  async find(id: string): Promise<WebhookEvent | null> {
    return this.database.one(FIND, { id });
  }

  async end(id: string, state: 'handled' | 'ignored', now: Date): Promise<void> {
    await this.database.run(END, { id, state, now });
  }

  /** @param isLast no retry follows: the event is marked as failed */
  async noteFailure(id: string, error: string, isLast: boolean): Promise<void> {
    await this.database.run(NOTE_FAILURE, { id, error, isLast });
  }

  /** @returns whether the event exists */
  async reopen(id: string, manager: EntityManager): Promise<boolean> {
    return (await this.database.run(REOPEN, { id }, manager)).length > 0;
  }

  /** Unhandled events whose job may be lost. Index webhook_events_received_idx. */
  async listReceived(before: Date, limit: number): Promise<string[]> {
    const rows = await this.database.run(LIST_RECEIVED, { before, limit });
    return rows.map(({ id }) => id);
  }

  /** Index webhook_events_received_idx. */
  async backlog(): Promise<Backlog> {
    return (await this.database.one(BACKLOG, {}))!;
  }

  /** Index webhook_events_received_at_idx. */
  async purge(before: Date, limit: number): Promise<{ length: number }> {
    return this.database.run(PURGE, { before, limit });
  }
}

const INSERT = statement<ReceivedEvent>(
  'webhook-event-insert',
  `insert into webhook_events (id, type, object_id, customer_id, state, created_at, received_at)
         values (:id, :type, :objectId, :customerId, :state, :createdAt, :receivedAt) on conflict (id) do nothing returning id`,
);
const FIND = statement<{ id: string }, WebhookEvent>(
  'webhook-event',
  `select ${columnsNamed<WebhookEvent>('id', 'type', 'objectId', 'customerId', 'state', 'receivedAt')} from webhook_events where id = :id`,
);
const END = statement<{ id: string; state: string; now: Date }>(
  'webhook-event-end',
  `update webhook_events set state = :state, tries = tries + 1, last_error = null, handled_at = :now where id = :id`,
);
const NOTE_FAILURE = statement<{ id: string; error: string; isLast: boolean }>(
  'webhook-event-failure',
  `update webhook_events set tries = tries + 1, last_error = :error, state = case when :isLast then 'failed' else state end
         where id = :id and state = 'received'`,
);
const REOPEN = statement<{ id: string }>(
  'webhook-event-reopen',
  `update webhook_events set state = 'received' where id = :id returning id`,
);
const LIST_RECEIVED = statement<{ before: Date; limit: number }, { id: string }>(
  'webhook-events-received',
  `select id from webhook_events where state = 'received' and received_at < :before order by received_at limit :limit`,
);
const BACKLOG = statement<NoParameters, Backlog>(
  'webhook-events-backlog',
  `select count(*)::int as count, min(received_at) as oldest from webhook_events where state = 'received'`,
);
const PURGE = statement<{ before: Date; limit: number }>(
  'webhook-events-purge',
  `delete from webhook_events where id in (
           select id from webhook_events where received_at < :before and state <> 'received' order by received_at limit :limit)
         returning id`,
);
