import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../platform/database/database.js';

/** An event in the inbox. */
export interface WebhookEvent {
  /** Stripe's. */
  id: string;
  type: string;
  objectId: string | null;
  customerId: string | null;
  state: 'received' | 'handled' | 'ignored' | 'failed';
}

/** Where Stripe's events are kept from the moment that they are acknowledged. */
@Injectable()
export class WebhookEventsRepository {
  constructor(private readonly database: Database) {}

  /** @returns is it new? Stripe may send an event more than once */
  async insert(event: WebhookEvent & { createdAt: Date; receivedAt: Date }): Promise<boolean> {
    const { id, type, objectId, customerId, state, createdAt, receivedAt } = event;
    const values = [id, type, objectId, customerId, state, createdAt, receivedAt];
    return (await this.database.run(INSERT, values)).length > 0;
  }

  async find(id: string): Promise<WebhookEvent | null> {
    return (await this.database.run<WebhookEvent & object>(FIND, [id]))[0] ?? null;
  }

  async end(id: string, state: 'handled' | 'ignored', now: Date): Promise<void> {
    await this.database.run(END, [id, state, now]);
  }

  /** @param isLast it is not tried again by itself */
  async noteFailure(id: string, error: string, isLast: boolean): Promise<void> {
    await this.database.run(NOTE_FAILURE, [id, error, isLast]);
  }

  /** @returns is there such an event? */
  async reopen(id: string, manager: EntityManager): Promise<boolean> {
    return (await this.database.run(REOPEN, [id], manager)).length > 0;
  }

  /** Whose job may have been lost. Index webhook_events_received_idx. */
  async listReceived(before: Date, limit: number): Promise<string[]> {
    const rows = await this.database.run<{ id: string }>(LIST_RECEIVED, [before, limit]);
    return rows.map(({ id }) => id);
  }

  /** Index webhook_events_received_at_idx. */
  async purge(before: Date, limit: number): Promise<{ length: number }> {
    return this.database.run(PURGE, [before, limit]);
  }
}

const INSERT: Statement = {
  name: 'webhook-event-insert',
  text: `insert into webhook_events (id, type, object_id, customer_id, state, created_at, received_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning id`,
};
const FIND: Statement = {
  name: 'webhook-event',
  text: `select id, type, object_id as "objectId", customer_id as "customerId", state from webhook_events where id = $1`,
};
const END: Statement = {
  name: 'webhook-event-end',
  text: `update webhook_events set state = $2, tries = tries + 1, last_error = null, handled_at = $3 where id = $1`,
};
const NOTE_FAILURE: Statement = {
  name: 'webhook-event-failure',
  text: `update webhook_events set tries = tries + 1, last_error = $2, state = case when $3 then 'failed' else state end
         where id = $1 and state = 'received'`,
};
const REOPEN: Statement = {
  name: 'webhook-event-reopen',
  text: `update webhook_events set state = 'received' where id = $1 returning id`,
};
const LIST_RECEIVED: Statement = {
  name: 'webhook-events-received',
  text: `select id from webhook_events where state = 'received' and received_at < $1 order by received_at limit $2`,
};
const PURGE: Statement = {
  name: 'webhook-events-purge',
  text: `delete from webhook_events where id in (
           select id from webhook_events where received_at < $1 and state <> 'received' order by received_at limit $2)
         returning id`,
};
