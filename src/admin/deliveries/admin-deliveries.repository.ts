import { Injectable } from '@nestjs/common';
import { columnsNamed } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import type { DeliveryState, OutgoingEvent } from '../../platform/outbox/outgoing-events.repository.js';

/** Filter of deliveries; null: all. */
export interface DeliveryFilter {
  state: DeliveryState | null;
  type: string | null;
  userId: string | null;
}

/** The deliveries of outgoing events, as operators see them. */
@Injectable()
export class AdminDeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  list(
    { state, type, userId }: DeliveryFilter,
    before: string | null,
    limit: number,
  ): Promise<OutgoingEvent[]> {
    const page = { type, before, limit };
    return userId === null
      ? this.database.run(LISTS[state ?? 'any'], page)
      : this.database.run(OF_USER, { ...page, state, userId });
  }
}

interface DeliveriesPage {
  type: string | null;
  before: string | null;
  limit: number;
}

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
const PAGE = `(:type::text is null or type = :type) and (:before::uuid is null or id < :before)
    order by id desc limit :limit`;

/** The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states. */
const list = (state: DeliveryState | 'any') =>
  statement<DeliveriesPage, OutgoingEvent>(
    `admin-deliveries-${state}`,
    `
    select ${COLUMNS} from outgoing_events
    where ${state === 'any' ? 'true' : `state = '${state}'`} and ${PAGE}`,
  );
/** Indexes outgoing_events_pkey, outgoing_events_failed_idx, outgoing_events_pending_idx. */
const LISTS = {
  any: list('any'),
  pending: list('pending'),
  delivered: list('delivered'),
  failed: list('failed'),
};
/** Index outgoing_events_user_id_idx. */
const OF_USER = statement<DeliveriesPage & { userId: string; state: DeliveryState | null }, OutgoingEvent>(
  'admin-deliveries-of-user',
  `
    select ${COLUMNS} from outgoing_events
    where user_id = :userId and (:state::text is null or state = :state) and ${PAGE}`,
);
