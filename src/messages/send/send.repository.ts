import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { QUEUE_CONNECTION } from '../../platform/queue/queue.module.js';
import { isPostgres, type QueueConnection } from '../../platform/queue/queue-backend.js';
import type { Idempotency } from '../../platform/idempotency/idempotency.js';
import { IdempotencyKeys } from '../../platform/idempotency/idempotency-keys.service.js';
import { CONCURRENT_WINNER_OUTCOMES } from './concurrent-winner.js';
import { SEND, SEND_AND_ENQUEUE, type SendParameters, type SendRow } from './send.statement.js';

/** Runs the send statement. */
@Injectable()
export class SendRepository {
  /** Does the statement add the job itself? */
  readonly enqueues: boolean;

  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyKeys,
    @Inject(QUEUE_CONNECTION) connection: QueueConnection,
  ) {
    this.enqueues = isPostgres(connection);
  }

  /**
   * Accepts a message, or returns why not.
   * @throws Problem `idempotency_in_progress`
   */
  accept(idempotency: Idempotency | null, parameters: SendParameters): Promise<SendRow> {
    const run = () => this.run(parameters);
    return this.keys.runWithSteps(parameters.userId, idempotency, CONCURRENT_WINNER_OUTCOMES, run);
  }

  private async run(parameters: SendParameters): Promise<SendRow> {
    return (await this.database.one(this.enqueues ? SEND_AND_ENQUEUE : SEND, parameters))!;
  }
}
