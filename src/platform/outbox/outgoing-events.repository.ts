import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventType } from '../config/event-types.js';
import { columnsNamed } from '../database/columns.js';
import { Database } from '../database/database.js';
import { statement, type NoParameters } from '../database/statement.js';

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A row of the outbox. */
export interface OutgoingEvent {
  id: string;
  type: EventType;
  data: object;
  state: DeliveryState;
  tries: number;
  nextTryAt: Date;
  giveUpAt: Date;
  lastError: string | null;
  createdAt: Date;
  endedAt: Date | null;
}

export interface NewEvent {
  id: string;
  type: EventType;
  /** null: the event outlives the user's account. */
  userId: string | null;
  data: object;
  now: Date;
  giveUpAt: Date;
}

interface Backlog {
  count: number;
  oldest: Date | null;
}

/** The outbox of events (table outgoing_events). */
@Injectable()
export class OutgoingEventsRepository {
  constructor(private readonly database: Database) {}

  async insert(event: NewEvent, manager?: EntityManager): Promise<void> {
    await this.database.run(INSERT, { ...event, data: JSON.stringify(event.data) }, manager);
  }

  /** @returns whether it is the first with this key, and the user's account exists */
  async insertOnce(event: NewEvent & { userId: string; onceKey: string }): Promise<boolean> {
    return (
      (await this.database.run(INSERT_ONCE, { ...event, data: JSON.stringify(event.data) })).length === 1
    );
  }

  find(id: string): Promise<OutgoingEvent | null> {
    return this.database.one(FIND, { id });
  }

  async delivered(id: string, now: Date): Promise<void> {
    await this.database.run(DELIVERED, { id, now });
  }

  /** @param nextTryAt null: that was the last try */
  async noteFailure(id: string, error: string, nextTryAt: Date | null, now: Date): Promise<void> {
    await this.database.run(NOTE_FAILURE, { id, error, nextTryAt, now });
  }

  /** Makes the event pending again, with a new term; null: unknown. */
  reopen(id: string, now: Date, giveUpAt: Date, manager: EntityManager): Promise<OutgoingEvent | null> {
    return this.database.one(REOPEN, { id, now, giveUpAt }, manager);
  }

  /**
   * Due events, those that are due longest first.
   * @param after a lower bound: below it the index has only entries of ended events, which stay until vacuum
   */
  listDue(after: Date, before: Date, limit: number): Promise<{ id: string; nextTryAt: Date }[]> {
    return this.database.run(DUE, { after, before, limit });
  }

  async backlog(): Promise<Backlog> {
    return (await this.database.one(BACKLOG, {}))!;
  }

  /** Ends events whose term is over although no try said so: the endpoint was unavailable, or is no longer configured. */
  giveUp(now: Date, limit: number): Promise<object[]> {
    return this.database.run(GIVE_UP, { now, limit });
  }

  purge(deliveredBefore: Date, failedBefore: Date, limit: number): Promise<object[]> {
    return this.database.run(PURGE, { deliveredBefore, failedBefore, limit });
  }

  async eraseOf(userId: string, manager: EntityManager): Promise<void> {
    await this.database.run(ERASE, { userId }, manager);
  }
}

/** The columns of an event in their order, for statements that insert one. */
export const EVENT_COLUMNS = 'id, type, user_id, data, created_at, next_try_at, give_up_at';

const INSERT = statement<Omit<NewEvent, 'data'> & { data: string }>(
  'outgoing-event-insert',
  `insert into outgoing_events (${EVENT_COLUMNS})
   values (:id, :type, :userId::uuid, :data::jsonb, :now, :now, :giveUpAt)`,
);
/** A concurrent deletion of the account is waited for, and then there is no row. Indexes users_pkey, outgoing_events_once_key. */
const INSERT_ONCE = statement<Omit<NewEvent, 'data'> & { data: string; onceKey: string }>(
  'outgoing-event-insert-once',
  `insert into outgoing_events (${EVENT_COLUMNS}, once_key)
   select :id::uuid, :type::text, u.id, :data::jsonb, :now::timestamptz, :now, :giveUpAt::timestamptz, :onceKey::text
   from (select id from users where id = :userId for key share) u
   on conflict (once_key) where once_key is not null do nothing
   returning id`,
);

const COLUMNS = columnsNamed<OutgoingEvent>(
  'id',
  'type',
  'data',
  'state',
  'tries',
  'nextTryAt',
  'giveUpAt',
  'lastError',
  'createdAt',
  'endedAt',
);
const FIND = statement<{ id: string }, OutgoingEvent>(
  'outgoing-event',
  `select ${COLUMNS} from outgoing_events where id = :id`,
);
const DELIVERED = statement<{ id: string; now: Date }>(
  'outgoing-event-delivered',
  `update outgoing_events set state = 'delivered', tries = tries + 1, last_error = null, ended_at = :now
   where id = :id and state = 'pending'`,
);
const NOTE_FAILURE = statement<{ id: string; error: string; nextTryAt: Date | null; now: Date }>(
  'outgoing-event-failure',
  `update outgoing_events
   set tries = tries + 1, last_error = :error, next_try_at = coalesce(:nextTryAt::timestamptz, next_try_at),
     state = case when :nextTryAt::timestamptz is null then 'failed' else state end,
     ended_at = case when :nextTryAt::timestamptz is null then :now::timestamptz end
   where id = :id and state = 'pending'`,
);
const REOPEN = statement<{ id: string; now: Date; giveUpAt: Date }, OutgoingEvent>(
  'outgoing-event-reopen',
  `update outgoing_events
   set state = 'pending', tries = 0, last_error = null, next_try_at = :now, give_up_at = :giveUpAt, ended_at = null
   where id = :id returning ${COLUMNS}`,
);
/** Index outgoing_events_pending_idx. */
const DUE = statement<{ after: Date; before: Date; limit: number }, { id: string; nextTryAt: Date }>(
  'outgoing-events-due',
  `select id, next_try_at as "nextTryAt" from outgoing_events
   where state = 'pending' and next_try_at >= :after and next_try_at < :before order by next_try_at limit :limit`,
);
/** Index outgoing_events_pending_idx. */
const BACKLOG = statement<NoParameters, Backlog>(
  'outgoing-events-backlog',
  `select count(*)::int as count, min(created_at) as oldest from outgoing_events where state = 'pending'`,
);
/** An hour after the term: its last try, which is due at the term's end, comes first. Index outgoing_events_pending_idx. */
const GIVE_UP = statement<{ now: Date; limit: number }>(
  'outgoing-events-give-up',
  `update outgoing_events set state = 'failed', ended_at = :now
   where id in (select id from outgoing_events
                where state = 'pending' and give_up_at < :now::timestamptz - interval '1 hour' limit :limit)
     and state = 'pending'
   returning id`,
);
/** Index outgoing_events_ended_at_idx. */
const PURGE = statement<{ deliveredBefore: Date; failedBefore: Date; limit: number }>(
  'outgoing-events-purge',
  `delete from outgoing_events where id in (
     select id from outgoing_events
     where ended_at < :deliveredBefore and (state = 'delivered' or ended_at < :failedBefore) order by ended_at limit :limit)
   returning id`,
);
/** Index outgoing_events_user_id_idx. */
const ERASE = statement<{ userId: string }>(
  'outgoing-events-erase',
  `delete from outgoing_events where user_id = :userId`,
);
