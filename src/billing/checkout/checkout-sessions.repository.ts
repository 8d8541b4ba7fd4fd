import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/crypto/id.js';
import { columnsNamed } from '../../platform/database/columns.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';

/** A page of Stripe's for one payment. */
export interface CheckoutSession {
  /** Stripe's id. */
  sessionId: string;
  url: string;
  expiresAt: Date;
}

const COLUMNS = columnsNamed<CheckoutSession>('sessionId', 'url', 'expiresAt');

/** Stores the checkout sessions that answers named, so that an Idempotency-Key can be replayed. Only Stripe knows which are open. */
@Injectable()
export class CheckoutSessionsRepository {
  constructor(private readonly database: Database) {}

  async findOwned(userId: string, id: string): Promise<CheckoutSession | null> {
    return this.database.one(FIND_OWNED, { userId, id });
  }

  /** @returns our id of the session */
  async keep(userId: string, { sessionId, url, expiresAt }: CheckoutSession, now: Date): Promise<string> {
    const row = await this.database.one(KEEP, { id: newId(), sessionId, userId, url, expiresAt, now });
    return row!.id;
  }

  /** Index checkout_sessions_expires_at_idx. */
  async purge(before: Date): Promise<void> {
    await this.database.run(PURGE, { before });
  }
}

const FIND_OWNED = statement<{ userId: string; id: string }, CheckoutSession>(
  'checkout-session-owned',
  `select ${COLUMNS} from checkout_sessions where id = :id and user_id = :userId`,
);
const PURGE = statement<{ before: Date }>(
  'checkout-sessions-purge',
  `delete from checkout_sessions where expires_at < :before`,
);
const KEEP = statement<
  { id: string; sessionId: string; userId: string; url: string; expiresAt: Date; now: Date },
  { id: string }
>(
  'checkout-session-keep',
  `insert into checkout_sessions (id, session_id, user_id, url, expires_at, created_at) values (:id, :sessionId, :userId, :url, :expiresAt, :now)
         on conflict (session_id) do update set url = excluded.url returning id`,
);
