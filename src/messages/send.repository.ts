import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { QUEUE_CONNECTION } from '../platform/queue/queue.module.js';
import { isPostgres, type QueueConnection } from '../platform/queue/queue-backend.js';
import { SEND, SEND_AND_ENQUEUE, type SendRow, type SendValues } from './send.statement.js';

const UNIQUE_VIOLATION = '23505';

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
   * @throws a lock timeout as it is: see twinProblem
   */
  accept(values: SendValues): Promise<SendRow> {
    return lookAgain(() => this.run(values), values[5] !== null);
  }

  private async run(values: SendValues): Promise<SendRow> {
    const [row] = await this.database.run<SendRow>(this.enqueues ? SEND_AND_ENQUEUE : SEND, values);
    return row!;
  }
}

/**
 * Runs a statement that keeps an Idempotency-Key, and once more where a twin with the same key was faster: its commit is
 * visible then, so the second look answers with its result.
 */
export async function lookAgain<R extends { outcome: string }>(
  look: () => Promise<R>,
  hasKey: boolean,
): Promise<R> {
  const row = await look().catch((error: unknown) => {
    if (isKeyTaken(error)) return null;
    throw error;
  });
  return row === null || (hasKey && isTwinsDoing(row)) ? look() : row;
}

/** What a twin's success looks like from behind: the limit is reached, or what was to be begun has begun. */
const TWINS_DOING = new Set(['over_daily_limit', 'over_rate_limit', 'reply_in_progress', 'not_retriable']);
const isTwinsDoing = ({ outcome }: { outcome: string }): boolean => TWINS_DOING.has(outcome);

function isKeyTaken(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === UNIQUE_VIOLATION && constraint === 'idempotency_keys_pkey';
}
