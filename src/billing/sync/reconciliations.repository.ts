import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement, type NoParameters } from '../../platform/database/statement.js';

/** What a comparison has found: accounts that were compared, that differed, that could not be compared. */
export interface ReconciliationReport {
  checked: number;
  drifted: number;
  failed: number;
}

/** One that is under way. */
export interface ReconciliationProgress extends ReconciliationReport {
  /** Accounts that are to be compared. */
  total: number;
}

/** The comparisons with Stripe, and what they found. */
@Injectable()
export class ReconciliationsRepository {
  constructor(private readonly database: Database) {}

  async begin(id: string, now: Date): Promise<void> {
    await this.database.run(BEGIN, { id, now });
  }

  async end(id: string, { checked, drifted, failed }: ReconciliationReport, now: Date): Promise<void> {
    await this.database.run(END, { id, checked, drifted, failed, now });
  }

  /** When the last one began that could compare everything: what another one could not is looked for again. Index billing_reconciliations_started_at_idx. */
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
