import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Idempotency } from '../../platform/idempotency/idempotency.js';
import { IdempotencyKeys } from '../../platform/idempotency/idempotency-keys.service.js';
import { statementSpan, traced, traceparent } from '../../platform/tracing/tracing.js';
import { CONCURRENT_WINNER_OUTCOMES } from '../send/concurrent-winner.js';
import { EDIT, type EditParameters, type EditRow } from './edit.statement.js';

/** Runs the edit statement. */
@Injectable()
export class EditRepository {
  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyKeys,
  ) {}

  /**
   * Accepts another form of a message, or returns why not.
   * @throws Problem `idempotency_in_progress`
   */
  accept(idempotency: Idempotency | null, parameters: EditParameters): Promise<EditRow> {
    const run = async () => (await this.database.one(EDIT, parameters))!;
    return traced(EDIT.name, statementSpan, () => {
      parameters.traceContext = traceparent();
      return this.keys.runWithSteps(parameters.userId, idempotency, CONCURRENT_WINNER_OUTCOMES, run);
    });
  }
}
