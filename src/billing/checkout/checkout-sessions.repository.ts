import { Injectable } from '@nestjs/common';
import { newId } from '../../platform/crypto/id.js';
import { Database, type Statement } from '../../platform/database/database.js';

/** A page of Stripe's on which a person may pay. */
export interface CheckoutSession {
  /** Stripe's. */
  sessionId: string;
  url: string;
  expiresAt: Date;
}

const COLUMNS = `session_id as "sessionId", url, expires_at as "expiresAt"`;

/** Checkout sessions that were given out: what an Idempotency-Key stands for. Which are open, Stripe knows. */
@Injectable()
export class CheckoutSessionsRepository {
  constructor(private readonly database: Database) {}

  async findOwned(userId: string, id: string): Promise<CheckoutSession | null> {
    return (await this.database.run<CheckoutSession & object>(FIND_OWNED, [userId, id]))[0] ?? null;
  }

  /** @returns the id under which it is kept here */
  async keep(userId: string, { sessionId, url, expiresAt }: CheckoutSession, now: Date): Promise<string> {
    const [row] = await this.database.run<{ id: string }>(KEEP, [
      newId(),
      sessionId,
      userId,
      url,
      expiresAt,
      now,
    ]);
    return row!.id;
  }

  /** Index checkout_sessions_expires_at_idx. */
  async purge(before: Date): Promise<void> {
    await this.database.run(PURGE, [before]);
  }
}

const FIND_OWNED: Statement = {
  name: 'checkout-session-owned',
  text: `select ${COLUMNS} from checkout_sessions where id = $2 and user_id = $1`,
};
const PURGE: Statement = {
  name: 'checkout-sessions-purge',
  text: `delete from checkout_sessions where expires_at < $1`,
};
const KEEP: Statement = {
  name: 'checkout-session-keep',
  text: `insert into checkout_sessions (id, session_id, user_id, url, expires_at, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (session_id) do update set url = excluded.url returning id`,
};
