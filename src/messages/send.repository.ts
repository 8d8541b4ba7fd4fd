import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { QUEUE_CONNECTION } from '../platform/queue/queue.module.js';
import { isPostgres, type QueueConnection } from '../platform/queue/queue-backend.js';
import { SEND, SEND_AND_ENQUEUE, type SendRow, type SendValues } from './send.statement.js';

const UNIQUE_VIOLATION = '23505';
const LOCK_NOT_AVAILABLE = '55P03';

/** Runs the send statement. */
@Injectable()
export class SendRepository {
  /** Does the statement add the job itself? */
  readonly enqueues: boolean;

  constructor(
    private readonly database: Database,
    @Inject(QUEUE_CONNECTION) connection: QueueConnection,
  ) {
    this.enqueues = isPostgres(connection);
  }

  /**
   * Accepts a message or tells why not.
   * @throws a lock timeout as it is: see {@link isLockTimeout}
   */
  async accept(values: SendValues): Promise<SendRow> {
    const row = await this.run(values).catch((error: unknown) => {
      if (isKeyTaken(error)) return null;
      throw error;
    });
    const hasKey = values[5] !== null;
    // A twin with the same key was faster: its commit is visible now, so the second look answers with its result.
    if (row === null || (hasKey && isOverLimit(row))) return this.run(values);
    return row;
  }

  private async run(values: SendValues): Promise<SendRow> {
    const [row] = await this.database.run<SendRow>(this.enqueues ? SEND_AND_ENQUEUE : SEND, values);
    return row!;
  }
}

const isOverLimit = ({ outcome }: SendRow): boolean =>
  outcome === 'over_daily_limit' || outcome === 'over_rate_limit';

function isKeyTaken(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === UNIQUE_VIOLATION && constraint === 'idempotency_keys_pkey';
}

/** A parallel twin held the lock for longer than lock_timeout. */
export const isLockTimeout = (error: unknown): boolean =>
  (error as { code?: string }).code === LOCK_NOT_AVAILABLE;
