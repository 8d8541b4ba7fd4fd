import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement, type NoParameters } from '../../platform/database/statement.js';

/** Counts of a comparison: accounts compared, accounts that differed, accounts that could not be compared. */
export interface ReconciliationReport {
  checked: number;
  drifted: number;
  failed: number;
}

/** Counts of a running comparison. */
export interface ReconciliationProgress extends ReconciliationReport {
  /** Accounts to compare. */
  total: number;
}

/** Stores the comparisons with Stripe and their counts. */
@Injectable()
export class ReconciliationsRepository {
  constructor(private readonly database: Database) {}

  async begin(id: string, now: Date): Promise<void> {
    await this.database.run(BEGIN, { id, now });
  }

  async end(id: string, { checked, drifted, failed }: ReconciliationReport, now: Date): Promise<void> {
    await this.database.run(END, { id, checked, drifted, failed, now });
  }

  /** Start of the last comparison without failures, so that accounts that failed are compared again. Index billing_reconciliations_started_at_idx. */
  async lastStart(): Promise<Date | null> {
    const row = await this.database.one(LAST_START, {});
    return row?.startedAt ?? null;
  }
}

const BEGIN = statement<{ id: string; now: Date }>(
  'billing-reconciliation-begin',
  `insert into billing_reconciliations (id, started_at) values (:id, :now)`,
);
const END = statement<{ id: string; checked: number; drifted: number; failed: number; now: Date }>(
  'billing-reconciliation-end',
  `update billing_reconciliations set checked = :checked, drifted = :drifted, failed = :failed, finished_at = :now where id = :id`,
);
const LAST_START = statement<NoParameters, { startedAt: Date }>(
  'billing-reconciliation-last-start',
  `select started_at as "startedAt" from billing_reconciliations where finished_at is not null and failed = 0
         order by started_at desc limit 1`,
);
