import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Idempotency } from '../../platform/idempotency/idempotency.js';
import { IdempotencyKeys } from '../../platform/idempotency/idempotency-keys.service.js';
import { statementSpan, traced, traceparent } from '../../platform/tracing/tracing.js';
import { CONCURRENT_WINNER_OUTCOMES } from './concurrent-winner.js';
import { GroupedSends } from './grouped-sends.js';
import { SEND, type SendParameters, type SendRow } from './send.statement.js';

/** Accepts messages, alone or in groups. */
@Injectable()
export class SendRepository {
  private readonly grouped: GroupedSends;

  constructor(
    database: Database,
    private readonly keys: IdempotencyKeys,
  ) {
    this.grouped = new GroupedSends(database);
  }

  /**
   * Accepts a message, or returns why not.
   * @throws Problem `idempotency_in_progress`
   */
  accept(idempotency: Idempotency | null, parameters: SendParameters): Promise<SendRow> {
    const run = () => this.grouped.run(parameters);
    return traced(SEND.name, statementSpan, () => {
      parameters.traceContext = traceparent();
      return this.keys.runWithSteps(parameters.userId, idempotency, CONCURRENT_WINNER_OUTCOMES, run);
    });
  }
}
